// receipt.js - a person's consent receipt, read by a JSON-LD processor that is not ours: no word of it is lost, and nothing has to be fetched to understand it.
'use strict';
const assert = require('node:assert');
const jsonld = require('jsonld');

const OPTIONS = {
  safe: true, // what would be dropped in silence is a fault
  documentLoader: (url) => Promise.reject(new Error(`${url} is needed to read it`)),
};
const TYPE = 'https://w3id.org/dpv#ConsentReceipt';

// Every name in it, of types, properties and things.
function* names(node) {
  if (Array.isArray(node)) for (const one of node) yield* names(one);
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === '@id' || key === '@type') yield* [value].flat();
    else if (!key.startsWith('@')) yield key;
    if (typeof value === 'object') yield* names(value);
  }
}

// What it says, as statements. Its prefixes are all explained: what is left is a whole address or a URN.
async function read(receipt) {
  const [whole, ...others] = await jsonld.expand(receipt, OPTIONS);
  assert.deepStrictEqual(whole['@type'], [TYPE]);
  assert.strictEqual(others.length, 0);
  for (const name of names(whole)) assert.match(name, /^(https?:\/\/|urn:)/);
  return jsonld.toRDF(receipt, OPTIONS);
}

// Each receipt that this partner can give; and one with a word that nobody explains, or without what a prefix means, is refused.
async function receipts(network, partner) {
  const { consents } = JSON.parse(network.as(partner, '--json', 'consent', 'list')).consent;
  assert.ok(consents.length > 0);
  for (const { number } of consents) {
    const text = network.as(partner, 'consent', 'receipt', String(number), '--jsonld');
    assert.ok((await read(JSON.parse(text))).length > 50, text);
    await assert.rejects(read({ ...JSON.parse(text), unexplained: 1 }));
    const unprefixed = JSON.parse(text);
    delete unprefixed['@context'].dct;
    await assert.rejects(read(unprefixed));
  }
}

module.exports = { receipts };
