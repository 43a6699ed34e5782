// proxy.js - the API behind a proxy that holds every request and every answer against the contract.
'use strict';
const { createServer } = require('@stoplight/prism-http-server');
const { validateOutput } = require('@stoplight/prism-http/dist/validator');
const { transformOas3Operations } = require('@stoplight/http-spec/oas3');

// The contract with every object closed: a member that it does not name is a violation, whoever says it.
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const made = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  if (made.type === 'object' && made.properties && !('additionalProperties' in made)) made.additionalProperties = false;
  return made;
}

const silent = { success() {}, error() {}, warn() {}, info() {}, debug() {}, trace() {}, fatal() {}, child: () => silent };

class Judge {
  constructor(contract) {
    this.operations = transformOas3Operations(closed(contract));
    this.proxies = [];
  }

  // A proxy in front of that API: its address.
  async proxy(upstream) {
    const config = { isProxy: true, upstream: new URL(upstream), checkSecurity: true, validateRequest: true, validateResponse: true, errors: false,
      upstreamProxy: undefined, mock: { dynamic: false } };
    const server = createServer(this.operations, { components: { logger: silent }, config, cors: false });
    this.proxies.push(server);
    return server.listen(0, '127.0.0.1');
  }

  // What is wrong with an answer that did not come through the proxy: lines.
  violations(id, status, headers, body) {
    const resource = this.operations.find((one) => one.iid === id);
    const found = validateOutput({ resource, element: { statusCode: status, headers, body } });
    return found._tag === 'Left' ? found.left.map((one) => `${(one.path || []).join('.')}: ${one.message}`) : [];
  }

  close() {
    return Promise.all(this.proxies.map((one) => one.close()));
  }
}

module.exports = { Judge };
