// problems.js - the problems that are the same for many operations: how each is provoked, for whichever operation names it.
'use strict';

const { send } = require('./client.js');

const NOBODY = 999999; // no case or consent has this number
const BODY_MAX = 1048576;
const HEADERS_MAX = 16384;

const unknown = (operation) => (operation.word?.schema.type === 'string' ? 'nobody' : operation.word ? NOBODY : undefined);

// name: how to ask; raw: the proxy itself would stumble over it.
const PROVOKE = {
  badRequest: (operation) => (operation.example === undefined ? { query: { noSuchWord: 'x' } } : { body: { noSuchMember: 1 } }),
  idempotencyKeyMissing: () => ({ headers: { 'idempotency-key': null } }),
  noAccessToken: () => ({ token: null }),
  invalidAccessToken: () => ({ token: 'nobody' }),
  resourceNotFound: (operation) => ({ number: unknown(operation) }),
  notAcceptable: () => ({ headers: { accept: 'image/png' }, raw: true }),
  eventUnknown: () => ({ headers: { accept: 'text/event-stream', 'last-event-id': '999999999999999' }, raw: true }),
  preconditionFailed: () => ({ headers: { 'if-match': '"1-1-00"' } }),
  // What is announced as too much is refused before it comes.
  payloadTooLarge: () => ({ body: '', headers: { 'content-length': BODY_MAX + 1 }, raw: true }),
  unsupportedMediaType: () => ({ headers: { 'content-type': 'text/plain' } }),
  misdirectedRequest: () => ({ headers: { host: 'bus.example' }, raw: true }),
  preconditionRequired: () => ({ headers: { 'if-match': null } }),
  requestHeaderFieldsTooLarge: () => ({ headers: { 'x-long': 'x'.repeat(HEADERS_MAX) }, raw: true }),
};

const naming = (client, name) => [...client.contract.operations.values()].filter((one) => one.problems.some((two) => two.name === name));

// Each of those, of each operation that names it.
async function provokeAll(stage) {
  for (const [name, how] of Object.entries(PROVOKE))
    for (const operation of naming(stage.care, name)) await stage.owner(operation).client.refused(operation.id, name, how(operation));
}

// Each of them is said in three languages.
async function inEachLanguage(stage) {
  for (const [name, how] of Object.entries(PROVOKE)) {
    const [operation] = naming(stage.care, name);
    const more = how(operation);
    const titles = new Set();
    for (const lang of ['nl', 'fr-BE, en;q=0.5', 'en']) {
      const headers = { ...more.headers, 'accept-language': lang };
      titles.add((await stage.owner(operation).client.refused(operation.id, name, { ...more, headers })).json.title);
    }
    if (titles.size !== 3) throw new Error(`${name}: ${[...titles].join(' | ')}`);
  }
}

// A path has the methods that the contract names, and says so to any other; HEAD is GET without its body.
async function methods(stage) {
  const { care } = stage;
  for (const [path, known] of Object.entries(care.contract.document.paths)) {
    const names = Object.keys(known).map((name) => name.toUpperCase()).sort();
    for (const method of ['PUT', 'OPTIONS', 'TRACE']) {
      const answer = await send(care.direct, method, path.replace(/\{\w+\}/, '1'), {});
      if (answer.status !== 405 || answer.headers.allow.split(', ').sort().join() !== names.join()) throw new Error(`${method} ${path}: ${answer.status} ${answer.headers.allow}`);
      if (Object.keys(answer.headers).some((name) => name.startsWith('access-control-'))) throw new Error(`${method} ${path} lets other pages in`);
    }
  }
  for (const operation of care.contract.operations.values()) {
    if (operation.method !== 'GET') continue;
    const { client, number } = stage.owner(operation);
    const request = client.request(operation.id, { raw: true, number });
    const answer = await send(request.base, 'HEAD', request.path, request.headers);
    if (answer.status !== 200 || answer.text !== '' || !(answer.headers['content-length'] > 0)) throw new Error(`HEAD ${request.path}: ${answer.status}`);
  }
}

// The key of a wish that went well, for another wish.
async function reuseKeys(clients) {
  for (const client of clients)
    for (const [id, request] of client.last) {
      if (!request.headers['idempotency-key']) continue;
      const again = await client.do(request);
      if (again.status !== request.operation.good) throw new Error(`not the first answer again: ${again.words}`);
      client.note(await client.do({ ...request, headers: { ...request.headers, 'buurtbus-actor': 'somebody.else' } }), 'idempotencyKeyReused');
      client.last.delete(id);
    }
}

// Two at once with one key, while the node is held: the later one is told so. Nobody's token, so that nothing comes of them.
async function twoAtOnce(client, hold, release) {
  const pairs = [];
  await hold();
  for (const operation of naming(client, 'requestInProgress')) {
    const request = client.request(operation.id, { token: 'nobody', raw: true });
    const pair = [client.do(request), client.do(request)];
    client.note(await Promise.race(pair), 'requestInProgress');
    pairs.push(...pair);
  }
  release();
  await Promise.all(pairs);
}

// More than one application may ask.
async function tooMany(client, base) {
  for (const operation of naming(client, 'tooManyRequests')) {
    let answer;
    do answer = await client.do(client.request(operation.id, { base, token: 'nobody' }));
    while (answer.status !== 429);
    client.note(answer, 'tooManyRequests');
  }
}

// Each scope alone opens what the contract says, and nothing else: what it opens is not there, and what it does not open is.
async function scopes(stage) {
  const { contract } = stage.care;
  for (const operation of contract.operations.values()) {
    if (operation.scopes.length === 0) continue;
    const { client, number } = stage.owner(operation);
    for (const [scope, token] of Object.entries(client.tokens)) {
      const may = operation.ways.some((way) => way.every((one) => one === scope));
      const more = { token, raw: true, number: may ? unknown(operation) : number, body: operation.example && {} };
      const answer = await client.do(client.request(operation.id, more));
      const shut = answer.json?.type === 'urn:problem-type:belgif:missingScope';
      if (shut === may) throw new Error(`${scope}: ${answer.words}`);
      if (shut) client.note(answer, 'missingScope');
    }
  }
}

// An API whose node is away; all at once, for each waits as long as a node may be away.
async function nodeAway(client, base) {
  await Promise.all(naming(client, 'serviceUnavailable').map((one) => client.refused(one.id, 'serviceUnavailable', { base })));
}

module.exports = { inEachLanguage, methods, scopes, provokeAll, reuseKeys, twoAtOnce, tooMany, nodeAway, NOBODY };
