// network.js - a real network for a test: broker, nodes and their HTTP APIs as processes in one temporary folder.
'use strict';
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const PATIENCE_MS = 60000; // for what a wait waits for
const LOOK_MS = 20;

const PARTNERS = {
  'thuiszorg-zenne': ['HOMECARE', 'Thuiszorg Zenne'],
  'ldc-aksant': ['LDC', 'Dienstencentrum Aksant'],
  'meldpunt-noord': ['MELDPUNT', 'Meldpunt Noord'],
  'regie-noord': ['REGISSEUR', 'Regie Noord'],
  'regie-zuid': ['REGISSEUR', 'Regie Zuid'],
};
const PURPOSES = 'care_coordination,contact_and_visit,crisis_help,feedback_to_referrer';
const DATA = 'contact,area,age_band,birth_date,finance,household,language,needs,network,strengths,service_history';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Ask until the answer is no longer false; what is waited for comes, or the test has failed.
async function until(what, ask) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(LOOK_MS);
  }
}

// A port that the kernel names, held until it is let go; the broker binds it at once.
function freePort() {
  return new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      done({ port: server.address().port, letGo: () => new Promise((closed) => server.close(closed)) });
    });
  });
}

class Network {
  constructor(bin) {
    this.bin = path.resolve(bin);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bb-http-'));
    this.processes = new Map();
    process.on('exit', () => this.end());
  }

  home(name) {
    return path.join(this.folder, name);
  }

  log(name) {
    return path.join(this.folder, `${name}.log`);
  }

  // The command line: what it prints.
  cli(...words) {
    return execFileSync(path.join(this.bin, 'buurtbus'), words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  as(partner, ...words) {
    return this.cli('--home', this.home(partner), '--lang', 'en', ...words);
  }

  // Whatever a program can say it says.
  sayAll(home, conf) {
    const file = path.join(home, conf);
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^log_level = .*$/m, 'log_level = "debug"'));
  }

  // What all programs have said, and what lies in the stores of the APIs.
  said() {
    const stores = fs.readdirSync(this.folder).filter((name) => name.startsWith('api-') && !name.endsWith('.log'));
    const files = stores.flatMap((name) => fs.readdirSync(this.home(name)).filter((file) => file.startsWith('http.db')).map((file) => path.join(this.home(name), file)));
    const logs = fs.readdirSync(this.folder).filter((name) => name.endsWith('.log'));
    return [...files, ...logs.map((name) => path.join(this.folder, name))].map((file) => ({ where: path.basename(file), text: fs.readFileSync(file, 'utf8') }));
  }

  start(name, program, home) {
    const log = fs.openSync(this.log(name), 'a');
    const child = spawn(path.join(this.bin, program), ['--home', home], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    child.ended = new Promise((done) => child.on('exit', (code, signal) => done(signal || code)));
    this.processes.set(name, child);
    return child;
  }

  // kill -9, and wait for the end.
  async kill(name) {
    const child = this.processes.get(name);
    this.processes.delete(name);
    child.kill('SIGKILL');
    await child.ended;
  }

  startBroker() {
    this.start('broker', 'buurtbus-broker', this.home('broker'));
  }

  async startNode(partner) {
    this.start(partner, 'buurtbus-node', this.home(partner));
    await until(`${partner} to be connected`, () => {
      try {
        return JSON.parse(this.as(partner, '--json', 'status')).status.connected;
      } catch {
        return false; // it does not listen yet
      }
    });
  }

  // Held until it is let go: it is there, and does nothing.
  async hold(name) {
    const { pid } = this.processes.get(name);
    process.kill(pid, 'SIGSTOP');
    await until(`${name} to stand still`, () => / T /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, '')));
  }

  letGo(name) {
    process.kill(this.processes.get(name).pid, 'SIGCONT');
  }

  // An API over the socket of that node, under a name of its own; more: lines of http.conf. Its address.
  async startApi(name, partner, more = '') {
    const home = this.home(name);
    const socket = partner === '' ? path.join(home, 'nobody.sock') : path.join(this.home(partner), 'run', 'node.sock');
    fs.mkdirSync(home, { recursive: true });
    fs.writeFileSync(path.join(home, 'http.conf'), `listen = "127.0.0.1:0"\nnode_socket = "${socket}"\nlog_level = "debug"\n${more}`);
    fs.writeFileSync(this.log(name), '');
    this.start(name, 'buurtbus-http', home);
    const port = await until(`${name} to listen`, () => /port=(\d+)\n/.exec(fs.readFileSync(this.log(name), 'utf8'))?.[1]);
    return `http://127.0.0.1:${port}`;
  }

  async found() {
    const steward = ['--home', this.home('steward'), '--passphrase-file', path.join(this.folder, 'passphrase')];
    const held = await freePort();
    const address = `tcp://127.0.0.1:${held.port}`;
    fs.writeFileSync(path.join(this.folder, 'passphrase'), 'a test passphrase, not a secret\n', { mode: 0o600 });
    this.cli('steward', 'init', '--network', 'brussel', ...steward);
    this.cli('broker', 'init', '--home', this.home('broker'), '--partner', 'makelaar-brussel', '--name', 'Makelaar Brussel', '--address', address, '--listen', address);
    this.cli('steward', 'admit', path.join(this.home('broker'), 'broker.request'), '--yes', ...steward);
    for (const [id, [type, name]] of Object.entries(PARTNERS)) {
      this.cli('node', 'init', '--home', this.home(id), '--partner', id, '--type', type, '--name', name, '--areas', '21004,21015');
      this.cli('steward', 'admit', path.join(this.home(id), 'node.request'), '--yes', ...steward);
    }
    this.cli('steward', 'admit', '--supported', 'antenne-noord', '--by', 'ldc-aksant', '--name', 'Antenne Noord', '--type', 'ANTENNA', ...steward);
    const { fingerprint } = JSON.parse(this.cli('--json', 'steward', 'publish', ...steward));
    const bundle = path.join(this.home('steward'), 'network.bundle');
    this.cli('broker', 'join', bundle, '--home', this.home('broker'), '--fingerprint', fingerprint);
    this.sayAll(this.home('broker'), 'broker.conf');
    for (const id of Object.keys(PARTNERS)) this.sayAll(this.home(id), 'node.conf');
    await held.letGo();
    this.startBroker();
    for (const id of Object.keys(PARTNERS)) this.cli('node', 'join', bundle, '--home', this.home(id), '--fingerprint', fingerprint);
    await Promise.all(Object.keys(PARTNERS).map((id) => this.startNode(id)));
  }

  async agree(one, other) {
    const sees = (who, whom, state) => JSON.parse(this.as(who, '--json', 'directory', whom)).directory.entries[0]?.partnership === state;
    await until('a key', () => JSON.parse(this.as(one, '--json', 'directory', other)).directory.entries[0]?.hasKey);
    this.as(one, 'partnership', 'propose', other, '--secrecy', 'own,theirs', '--purposes', PURPOSES, '--data', DATA, '--own-reason',
      'staff bound by professional secrecy', '--their-reason', 'staff bound by professional secrecy');
    await until('the proposal', () => sees(other, one, 'to_agree'));
    this.as(other, 'partnership', 'agree', one);
    await until('the agreement', () => sees(one, other, 'active'));
  }

  // A token with these scopes, as they stand in the contract.
  token(partner, name, scopes) {
    const words = scopes.map((scope) => scope.replace(':', '_')).join(',');
    return JSON.parse(this.as(partner, '--json', 'token', 'new', name, '--scopes', words)).made.text;
  }

  end() {
    for (const child of this.processes.values()) child.kill('SIGKILL');
    this.processes.clear();
    if (process.env.KEEP) console.log(`# kept: ${this.folder}`);
    else fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

module.exports = { Network, PARTNERS, until };
