// lint.js - what an OpenAPI linter says of the contract.
'use strict';
const { Spectral, Document } = require('@stoplight/spectral-core');
const { Json } = require('@stoplight/spectral-parsers');
const { oas } = require('@stoplight/spectral-rulesets');

// Everything that it finds, as lines.
async function lint(text) {
  const spectral = new Spectral();
  // Examples are held against their schemas by the proxy, which is ten times as fast.
  spectral.setRuleset({ extends: [[oas, 'all']], rules: { 'oas3-valid-media-example': 'off' } });
  const found = await spectral.run(new Document(text, Json, 'openapi.json'));
  return found.map((one) => `${['error', 'warning', 'information', 'hint'][one.severity]} ${one.code} ${one.path.join('.')}: ${one.message}`);
}

module.exports = { lint };
