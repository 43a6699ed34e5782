// receiver.js - who hears what happened: a stream of events that is read, and a receiver of webhooks, which judges each message by the libraries of its standards.
'use strict';
const assert = require('node:assert/strict');
const http = require('node:http');
const { HTTP } = require('cloudevents');
const { Webhook } = require('standardwebhooks');
const { until } = require('./network.js');

// The first n events of the stream, from the first that there is.
function follow(client, n) {
  const { path, headers } = client.request('listEvents');
  return new Promise((done, failed) => {
    const options = { headers: { ...headers, accept: 'text/event-stream', 'last-event-id': '0' } };
    const request = http.get(client.direct + path, options, (answer) => {
      const heard = [];
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => {
        const blocks = (text + part).split('\n\n');
        text = blocks.pop();
        for (const block of blocks) {
          const found = /^id: (\d+)\ndata: (.*)$/.exec(block);
          if (found) heard.push({ id: found[1], data: JSON.parse(found[2]) });
        }
        if (heard.length < n) return;
        request.destroy();
        done(heard.slice(0, n));
      });
    });
    request.on('error', failed);
  });
}

// A message is as the contract says of webhooks.
function inContract({ headers, body }, document) {
  const { parameters, requestBody } = document.webhooks.event.post;
  const { Event } = document.components.schemas;
  for (const { name } of parameters) assert.ok(headers[name], name);
  assert.ok(requestBody.content[headers['content-type']], headers['content-type']);
  const check = (value, schema) => {
    assert.deepEqual(schema.required.filter((name) => !(name in value)), []);
    assert.deepEqual(Object.keys(value).filter((name) => !(name in schema.properties)), []);
  };
  check(JSON.parse(body), Event);
  check(JSON.parse(body).data, Event.properties.data);
}

class Receiver {
  constructor() {
    this.messages = [];
    this.all = []; // that ever came
    this.server = http.createServer((request, answer) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        this.messages.push({ headers: request.headers, body });
        this.all.push({ where: 'a webhook', text: JSON.stringify(request.headers) + body });
        answer.writeHead(204).end();
      });
    });
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}/buurtbus`;
    return this;
  }

  // Wait for a message; each that has come is a valid event, and signed with each of these secrets.
  async until(wanted, secrets, contract) {
    await until('a webhook', () => this.messages.some(({ body }) => wanted(JSON.parse(body))));
    for (const { headers, body } of this.messages.splice(0)) {
      for (const secret of secrets) new Webhook(secret).verify(body, headers);
      HTTP.toEvent({ headers, body }).validate();
      inContract({ headers, body }, contract.document);
    }
  }
}

module.exports = { follow, Receiver };
