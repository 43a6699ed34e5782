// client.js - asks the operations of the contract, one by one, and keeps what was seen of each.
'use strict';
const assert = require('node:assert/strict');
const http = require('node:http');
const { randomUUID } = require('node:crypto');

const PROBLEM = 'application/problem+json';

// "urn:problem-type:belgif:badRequest" -> "badRequest"
const nameOf = (type) => type.split(':').pop();

// A computer that is full or broken: other tests take the disk and the memory away.
const LACKS = new Set(['disk', 'nomem', 'internalServerError']);

class Contract {
  constructor(document) {
    this.document = document;
    this.operations = new Map();
    this.seen = new Set();
    this.personal = new Set(); // what was said of people, in bodies
    this.open = []; // what stood where nobody may be named: addresses, headers of answers, problems
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) this.operations.set(operation.operationId, this.read(path, method, operation));
  }

  // What a pointer of the document points to.
  look(one) {
    return one.$ref ? one.$ref.split('/').slice(1).reduce((at, name) => at[name], this.document) : one;
  }

  read(path, method, operation) {
    const parameters = operation.parameters.map((one) => this.look(one));
    const problems = [];
    for (const [status, response] of Object.entries(operation.responses))
      for (const name of Object.keys(this.look(response).content?.[PROBLEM]?.examples ?? {})) problems.push({ status: Number(status), name });
    return {
      id: operation.operationId,
      path,
      method: method.toUpperCase(),
      open: operation.security.length === 0,
      ways: operation.security.map((way) => way.token),
      scopes: operation.security.flatMap((way) => way.token),
      good: Number(Object.keys(operation.responses).find((status) => status[0] === '2')),
      etag: '304' in operation.responses,
      has: (header) => parameters.some((one) => one.name === header),
      word: parameters.find((one) => one.in === 'path'),
      example: operation.requestBody?.content['application/json'].example,
      problems,
    };
  }

  // Whatever a body says in words of its own, and days of birth.
  keep(value) {
    if (typeof value === 'string' && (/ /.test(value.trim()) || /^\d{4}-\d\d-\d\d$/.test(value))) this.personal.add(value);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach((one) => this.keep(one));
  }

  // Everything that the contract says can happen, but for what no request brings about.
  all() {
    return [...this.operations.values()].flatMap((one) =>
      [`${one.id} good`, ...one.problems.filter(({ name }) => !LACKS.has(name)).map(({ name }) => `${one.id} ${name}`)]);
  }
}

// One request with exactly these headers; the answer whole.
function send(base, method, path, headers, body) {
  return new Promise((done, failed) => {
    const request = http.request(base + path, { method, headers, agent: false }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() }));
      answer.on('error', failed);
    });
    request.on('error', failed);
    request.end(body);
  });
}

// An application of one partner, which asks through the proxy.
class Client {
  constructor(contract, judge, { token, direct, proxy }) {
    Object.assign(this, { contract, judge, token, direct, proxy });
    this.last = new Map(); // of each operation, the last request that went well
  }

  // with: number (what stands in the path), query, headers, body, token, base; null leaves a header out.
  request(id, more = {}) {
    const operation = this.contract.operations.get(id);
    assert.ok(operation, `the contract has no ${id}`);
    const headers = {};
    const token = more.token === undefined ? this.token : more.token;
    if (token !== null && !operation.open) headers.authorization = `Bearer ${token}`;
    if (operation.has('Idempotency-Key')) headers['idempotency-key'] = randomUUID();
    if (operation.has('Buurtbus-Actor')) headers['buurtbus-actor'] = 'an.peeters';
    if (operation.has('If-Match')) headers['if-match'] = `"${more.number ?? operation.word.example}-1-00"`;
    let body = more.body === undefined ? operation.example : more.body;
    if (body === null) body = undefined;
    if (body !== undefined) {
      body = typeof body === 'string' ? body : JSON.stringify(body);
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(body);
    }
    for (const [name, value] of Object.entries(more.headers ?? {}))
      if (value === null) delete headers[name];
      else headers[name] = value;
    const word = more.number ?? operation.word?.example;
    const path = operation.path.replace(/\{\w+\}/, encodeURIComponent(word)) + (more.query ? `?${new URLSearchParams(more.query)}` : '');
    return { operation, base: more.base ?? (more.raw ? this.direct : this.proxy), path, headers, body };
  }

  async do(request) {
    const { operation, base, path, headers, body } = request;
    if (body) this.contract.keep(JSON.parse(body));
    const answer = await send(base, operation.method, path, headers, body);
    const violations = base === this.proxy ? JSON.parse(answer.headers['sl-violations'] ?? '[]') : [];
    answer.json = /json/.test(answer.headers['content-type']) ? JSON.parse(answer.text) : undefined;
    answer.request = request;
    const shown = answer.status >= 400 ? answer.text : '';
    this.contract.open.push({ where: `${operation.method} ${path}`, text: `${path} ${JSON.stringify(answer.headers)} ${shown}` });
    answer.asked = violations.filter((one) => one.location[0] === 'request');
    answer.wrong = violations.filter((one) => one.location[0] === 'response').map((one) => `${one.location.join('.')}: ${one.message}`);
    if (base !== this.proxy) answer.wrong = this.judge.violations(operation.id, answer.status, answer.headers, answer.json ?? answer.text);
    const words = `${operation.method} ${path} (${operation.id}): ${answer.status} ${answer.text.slice(0, 600)}`;
    assert.deepEqual(answer.wrong, [], words);
    answer.words = words;
    return answer;
  }

  // Ask what must go well; nothing that was asked or answered may be outside the contract.
  async good(id, more) {
    const answer = await this.do(this.request(id, more));
    assert.equal(answer.status, answer.request.operation.good, answer.words);
    assert.deepEqual(answer.asked, [], answer.words);
    // What was made can be read where it is said to be.
    if (answer.status === 201) assert.match(answer.headers.location ?? '', /^\/v1\/\w+\/\d+$/, answer.words);
    if (answer.request.operation.etag) assert.match(answer.headers.etag ?? '', /^"\d+-\d+-[0-9a-f]+"$/, answer.words);
    this.contract.seen.add(`${id} good`);
    this.last.set(id, answer.request);
    return answer;
  }

  note(answer, name) {
    const { operation } = answer.request;
    assert.equal(nameOf(answer.json?.type ?? 'no problem'), name, answer.words);
    const known = operation.problems.find((one) => one.name === name);
    assert.ok(known, `${operation.id} does not document ${name}`);
    assert.equal(answer.status, known.status, answer.words);
    assert.equal(answer.json.status, known.status, answer.words);
    assert.equal(answer.headers['content-type'], PROBLEM, answer.words);
    if (known.status === 401) assert.equal(answer.headers['www-authenticate'], 'Bearer', answer.words);
    if (known.status === 429 || known.status === 503) assert.match(answer.headers['retry-after'] ?? '', /^\d+$/, answer.words);
    this.contract.seen.add(`${operation.id} ${name}`);
    return answer;
  }

  // Ask what must be refused with this problem.
  async refused(id, name, more) {
    return this.note(await this.do(this.request(id, more)), name);
  }
}

module.exports = { Contract, Client, nameOf, send };
