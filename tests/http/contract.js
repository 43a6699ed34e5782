// contract.js - the HTTP API held against its contract: a real network behind a validating proxy; every operation is asked for its good answer and for each
// problem that the contract names of it.   contract.js BIN_DIR
'use strict';
const { Network } = require('./network.js');
const { Judge } = require('./proxy.js');
const { Contract, Client, send } = require('./client.js');
const { Story, CHAPTERS } = require('./story.js');
const { canaries } = require('./canary.js');
const { lint } = require('./lint.js');
const { receipts } = require('./receipt.js');
const { Receiver } = require('./receiver.js');
const problems = require('./problems.js');

const SCOPES = ['referral:send', 'referral:read', 'referral:decide', 'signal:send', 'signal:read', 'consent:write', 'directory:read', 'report:read', 'admin'];
const CLIENTS = { care: 'thuiszorg-zenne', centre: 'ldc-aksant', point: 'meldpunt-noord', regie: 'regie-noord', other: 'regie-zuid' };

let count = 0;
let bad = 0;

// One line of TAP, with how long it took.
async function test(name, run) {
  const begin = Date.now();
  let why;
  try {
    await run();
  } catch (failure) {
    bad++;
    why = failure.stack.split('\n').slice(0, 25).map((line) => `# ${line}`).join('\n');
  }
  console.log(`${why ? 'not ok' : 'ok'} ${++count} - ${name} (${Date.now() - begin} ms)`);
  if (why) console.log(why);
}

function empty(what, lines) {
  if (lines.length > 0) throw new Error(`${lines.length} ${what}:\n${lines.join('\n')}`);
}

// Each operation shows what it asks and answers, and what it shows is as its schema says.
function examplesOf(contract, judge) {
  const faults = [];
  for (const [path, methods] of Object.entries(contract.document.paths))
    for (const operation of Object.values(methods)) {
      const { operationId: id, requestBody, responses } = operation;
      if (requestBody && requestBody.content['application/json'].example === undefined) faults.push(`${id}: no request`);
      for (const [status, response] of Object.entries(responses))
        for (const [type, { example, examples }] of Object.entries(contract.look(response).content ?? {})) {
          const shown = examples ? Object.values(examples).map((one) => contract.look(one).value) : [example];
          if (status !== 'default' && shown[0] === undefined && !/html|openapi/.test(type + path)) faults.push(`${id}: no answer ${status}`);
          for (const one of shown.filter((value) => typeof value === 'object'))
            faults.push(...judge.violations(id, status === 'default' ? 599 : Number(status), { 'content-type': type }, one).map((words) => `${id} ${status} ${words}`));
        }
    }
  return faults;
}

async function clientsOf(network, contract, judge, receiver) {
  const made = {};
  for (const [name, partner] of Object.entries(CLIENTS)) {
    const direct = await network.startApi(`api-${name}`, partner, `webhook_urls = "${receiver.url}"\n`);
    made[name] = new Client(contract, judge, { token: network.token(partner, 'all', SCOPES), direct, proxy: await judge.proxy(direct) });
    made[name].tokens = Object.fromEntries(SCOPES.map((scope) => [scope, network.token(partner, scope.replace(':', '-'), [scope])]));
  }
  return made;
}

async function main() {
  const network = new Network(process.argv[2]);
  const lonely = await network.startApi('api-lonely', '');
  const { text } = await send(lonely, 'GET', '/openapi.json', {});
  const contract = new Contract(JSON.parse(text));
  const judge = new Judge(contract.document);
  const receiver = await new Receiver().listen();
  let clients;
  await test('a network is founded', async () => {
    await network.found();
    await Promise.all([network.agree('thuiszorg-zenne', 'ldc-aksant'), network.agree('meldpunt-noord', 'ldc-aksant')]);
    await network.agree('thuiszorg-zenne', 'meldpunt-noord');
    clients = await clientsOf(network, contract, judge, receiver);
  });
  if (bad) process.exit(1);
  const { care } = clients;
  const away = problems.nodeAway(care, lonely).catch((failure) => failure);
  const story = new Story({ ...clients, receiver });
  for (const [chapter, name] of Object.entries(CHAPTERS)) await test(`it goes well: ${name}`, () => story[chapter]());
  await test('a step waits for the one before', () =>
    story.pending(() => network.hold('broker'), () => network.letGo('broker')));
  await test('each scope opens what the contract says', () => problems.scopes(story));
  await test('the problems that many operations have', () => problems.provokeAll(story));
  await test('each problem in three languages', () => problems.inEachLanguage(story));
  await test('the methods of each path', () => problems.methods(story));
  await test('a key of another wish', () => problems.reuseKeys(Object.values(clients)));
  await test('two at once with one key', () =>
    problems.twoAtOnce(care, () => network.hold(CLIENTS.care), () => network.letGo(CLIENTS.care)));
  await test('more than may be asked', async () => problems.tooMany(care, await network.startApi('api-slow', CLIENTS.care, 'requests_a_second = 1\n')));
  await test('a node that is away', async () => {
    const failure = await away;
    if (failure) throw failure;
  });
  await test('nothing of a person where nobody may be named', async () =>
    empty('places', await canaries(network, Object.values(clients), contract, receiver)));
  await test('the receipts of consents are JSON-LD for somebody else too', () => receipts(network, CLIENTS.care));
  await test('all that the contract names was seen', () => empty('were never seen', contract.all().filter((one) => !contract.seen.has(one))));
  await test('the linter finds no error', async () => empty('errors', (await lint(text)).filter((line) => line.startsWith('error'))));
  await test('what the contract shows is as it says', () => empty('examples', examplesOf(contract, judge)));
  console.log(`1..${count}`);
  console.log(`# ${contract.operations.size} operations, ${contract.all().length} answers that the contract names`);
  process.exit(bad ? 1 : 0);
}

main();
