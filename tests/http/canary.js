// canary.js - nothing of a person, and no secret, in any address, header, problem, log line, metric, event or webhook.
'use strict';
const assert = require('node:assert/strict');

// All that was said where it could be read by who keeps computers running.
async function openPlaces(network, clients, contract, receiver) {
  const places = [...contract.open, ...receiver.all];
  for (const client of clients) {
    places.push({ where: 'metrics', text: (await client.good('getMetrics')).text });
    for (let cursor = '0'; cursor !== null; ) {
      const { json, text } = await client.good('listEvents', { query: { cursor, pageSize: '200' } });
      places.push({ where: 'events', text });
      cursor = json.next;
    }
  }
  return [...places, ...network.said()];
}

// Where something stands that may stand nowhere: lines.
function found(places, needles) {
  const lines = new Set();
  for (const { where, text } of places)
    for (const needle of needles) if (text.includes(needle)) lines.add(`${where}: ${needle}`);
  return [...lines];
}

async function canaries(network, clients, contract, receiver) {
  const places = await openPlaces(network, clients, contract, receiver);
  const names = [...contract.personal];
  const tokens = clients.flatMap((client) => [client.token, ...Object.values(client.tokens)]);
  // What is looked for was really said, and the places are those where something is.
  for (const name of ['Rosa Voorbeeld', 'Jan Proef', '1942-03-01', 'Woont alleen, ziet sinds de winter niemand meer']) assert.ok(contract.personal.has(name), name);
  for (const words of ['webhook_', 'notify.accepted', 'requests_total', '/v1/referrals/']) assert.ok(places.some(({ text }) => text.includes(words)), words);
  assert.ok(found([{ where: 'here', text: 'x Rosa Voorbeeld x' }], names).length > 0);
  // The store of an API holds the tokens of webhooks, and is as private as a key.
  return [...found(places, names), ...found(places.filter(({ where }) => !where.startsWith('http.db')), tokens)];
}

module.exports = { canaries };
