// story.js - every operation once with its good answer, as people in three organisations and two coordinators would come to it; and the refusals that only a
// certain state gives. All people are made up.
'use strict';
const assert = require('node:assert/strict');
const { CloudEvent } = require('cloudevents');
const { follow } = require('./receiver.js');
const { until } = require('./network.js');

const DAY_MS = 86400000;
const days = (n) => Math.floor(Date.now() / DAY_MS) + n;

// Ask until it is there: what one partner says reaches another one over the bus.
const comes = (what, ask) => until(what, async () => (await ask()).text.includes(what));

class Story {
  constructor(clients) {
    Object.assign(this, clients); // care, centre, point, regie, other
  }

  example = (id) => structuredClone(this.care.contract.operations.get(id).example);

  referral(more) {
    const example = this.example('createReferral');
    return { ...example, consentNumber: this.consent, candidates: ['ldc-aksant'], ...more };
  }

  async newest(client, list) {
    const { json } = await client.good(list, { query: { pageSize: '200' } });
    return Math.max(0, ...json.items.map((one) => one.number));
  }

  // A referral of home care; its number there, and at the centre.
  async refer(more) {
    const before = await this.newest(this.centre, 'listReferrals');
    const sent = (await this.care.good('createReferral', { body: this.referral(more) })).json.caseNumber;
    const here = await until('the referral', async () => {
      const number = await this.newest(this.centre, 'listReferrals');
      return number > before && number;
    });
    return { sent, here };
  }

  show = (client, number, id = 'getReferral') => client.good(id, { number });

  state = (client, number, state) => until(`${state} of ${number}`, async () => (await this.show(client, number)).json.line.state === state);

  // A step with the state that is there. The one before may still be on its way, or what came in between has changed it: then once more.
  step(client, id, number, body) {
    return until(`${id} of ${number}`, async () => {
      const { headers } = await this.show(client, number);
      const request = client.request(id, { number, body, headers: { 'if-match': headers.etag } });
      const answer = await client.do(request);
      if (answer.status === 409) return client.note(answer, 'pending') && false;
      if (answer.status === 412) return client.note(answer, 'preconditionFailed') && false;
      if (answer.status !== 200) throw new Error(answer.words);
      client.contract.seen.add(`${id} good`);
      client.last.set(id, request);
      return answer;
    });
  }

  async known() {
    for (const id of ['getHealth', 'getLiveness', 'getMetrics', 'getToken', 'listVocabularies', 'getVocabulary', 'getContract', 'getDocs', 'getStatus', 'verifyAudit', 'listPartnerships'])
      await this.care.good(id);
    await this.care.good('listOrganizations', { query: { pageSize: '2' } });
    await this.care.good('getOrganization');
    await this.care.good('listAreas', { query: { place: '21004' } });
    await this.care.good('getReport', { query: { period: '2026-09', place: '21004' } });
  }

  // What the centre says of itself, and who can help by that.
  async supply() {
    const { care, centre, point, regie, other } = this;
    const offers = this.example('setService');
    for (const need of ['loneliness_isolation', 'social_contact_visit', 'debt'])
      for (const client of [centre, point]) await client.good('setService', { body: { ...offers, need } });
    await centre.good('setCapacity');
    await centre.good('setIntake');
    await centre.good('setAbsence', { body: { fromDay: days(60), untilDay: days(61) } });
    await centre.good('setSubscription');
    await centre.good('setVolunteers');
    await centre.good('listLoad');
    await regie.good('setMandate');
    await other.good('setMandate');
    for (const partner of ['ldc-aksant', 'meldpunt-noord']) await comes('"need":"debt"', () => care.good('listServices', { query: { partner } }));
    await comes('"need":"debt"', () => point.good('listServices', { query: { partner: 'ldc-aksant' } }));
    await comes('"need":"debt"', () => centre.good('listServices', { query: { partner: 'meldpunt-noord' } }));
    await comes('"band":"3_5"', () => care.good('listCapacities', { query: { partner: 'ldc-aksant' } }));
    await comes('ldc-aksant', () => point.good('listSubscriptions'));
    await comes('regie-zuid', () => regie.good('listMandates', { query: { partner: 'regie-zuid' } }));
    await comes('regie-noord', () => other.good('listMandates', { query: { partner: 'regie-noord' } }));
    await care.good('findCandidates');
  }

  async partnership() {
    await this.care.good('changePartnership', { body: { ...this.example('changePartnership'), partner: 'regie-noord' } });
    await comes('to_agree', () => this.regie.good('listPartnerships'));
  }

  async consents() {
    const { care } = this;
    const example = { ...this.example('createConsent'), recipients: ['ldc-aksant', 'meldpunt-noord'], onwardDepth: 1 };
    const first = (await care.good('createConsent', { body: example })).json.consentNumber;
    await care.good('getConsent', { number: first });
    await care.good('getConsentReceipt', { number: first });
    const again = (await care.good('renewConsent', { number: first })).json.consentNumber;
    await care.good('listConsents');
    await care.good('withdrawConsent', { number: again });
    this.withdrawn = again;
    this.consent = (await care.good('createConsent', { body: example })).json.consentNumber;
    this.narrow = (await care.good('createConsent')).json.consentNumber;
    this.elsewhere = (await care.good('createConsent', { body: { ...example, recipients: [], recipientTypes: ['LDC'], area: '21001' } })).json.consentNumber;
    this.little = (await care.good('createConsent', { body: { ...example, dataCategories: ['area', 'needs'], previewCategories: ['needs'] } })).json.consentNumber;
    await care.good('checkConsent', { body: { ...this.example('checkConsent'), consentNumber: this.consent } });
  }

  async refusedReferrals() {
    const { care } = this;
    const person = { ...this.referral().referral.person, name: 'Rosa Voorbeeld 85.07.30-033.28' };
    const rows = {
      consentWithdrawn: { consentNumber: this.withdrawn },
      consentPerson: { referral: { ...this.referral().referral, person: { ...this.referral().referral.person, name: 'Jan Voorbeeld' } } },
      consentPurpose: { purpose: 'crisis_help' },
      consentRecipient: { consentNumber: this.narrow, candidates: ['meldpunt-noord'] },
      consentData: { consentNumber: this.little },
      consentArea: { consentNumber: this.elsewhere },
      niss: { referral: { ...this.referral().referral, person } },
    };
    for (const [name, more] of Object.entries(rows)) await care.refused('createReferral', name, { body: this.referral(more) });
    await care.refused('createSignal', 'secrecy', { body: { ...this.example('createSignal'), recipient: 'ldc-aksant' } });
    const { signal } = this.example('createSignal');
    const numbered = { ...signal, text: 'Haar nummer is 85.07.30-033.28' };
    await care.refused('createSignal', 'niss', { body: { ...this.example('createSignal'), signal: numbered } });
    await care.refused('createSignal', 'consentPerson', { body: { ...this.example('createSignal'), consentNumber: this.consent } });
  }

  // Seen, asked, accepted, visited, helped, confirmed.
  async helped() {
    const { care, centre } = this;
    const { sent, here } = await this.refer();
    await this.step(centre, 'markReferralSeen', here);
    await this.step(centre, 'requestReferralInfo', here);
    await this.state(care, sent, 'info_requested');
    await this.step(care, 'replyReferralInfo', sent);
    await until('the reply', async () => (await this.show(centre, here)).json.line.state !== 'info_requested');
    await this.step(centre, 'acceptReferral', here, { note: '' });
    await comes('Voorbeeldstraat', () => this.show(centre, here));
    await centre.good('sendReferralText', { number: here });
    await centre.refused('sendReferralText', 'niss', { number: here, body: { ...this.example('sendReferralText'), text: 'Haar nummer is 85.07.30-033.28' } });
    for (const id of ['planVisit', 'postponeVisit', 'callOffVisit', 'planVisit', 'reportVisit']) await centre.good(id, { number: here, body: this.dated(id) });
    await centre.good('listVisits');
    await centre.good('listReferralVisits', { number: here });
    for (const id of ['startReferral', 'reportReferralProgress']) await this.step(centre, id, here);
    await this.step(centre, 'holdReferral', here, { ...this.example('holdReferral'), dueMs: Date.now() + 14 * DAY_MS });
    for (const id of ['resumeReferral', 'reportReferralOutcome']) await this.step(centre, id, here);
    await this.state(care, sent, 'completed');
    await this.step(care, 'confirmReferral', sent);
    await care.good('getReferralTrace', { number: sent });
    await centre.good('listReferralOpenings', { number: here });
    await care.good('getReferralEvidence', { number: sent });
    await this.late(here, sent);
    Object.assign(this, { taken: here, offered: sent });
  }

  // The example with days that are to come, or today.
  dated(id) {
    const body = this.example(id);
    if (body.plannedMs) body.plannedMs = Date.now() + (id.startsWith('plan') ? 2 : 4) * DAY_MS;
    if (body.visit) body.visit.atMs = Date.now();
    return body;
  }

  // Each step of a referral that is over is one that cannot be.
  async late(here, sent) {
    for (const operation of this.care.contract.operations.values()) {
      if (!operation.problems.some((one) => one.name === 'transition') || !operation.path.startsWith('/v1/referrals/')) continue;
      const client = operation.scopes.includes('referral:send') && !operation.scopes.includes('referral:decide') ? this.care : this.centre;
      const number = client === this.care ? sent : here;
      const { headers } = await this.show(client, number);
      await client.refused(operation.id, 'transition', { number, headers: { 'if-match': headers.etag } });
    }
  }

  async elsewhereThen() {
    const { care, centre } = this;
    const waits = await this.refer();
    await this.step(centre, 'waitlistReferral', waits.here, { dueMs: Date.now() + 30 * DAY_MS });
    await this.state(care, waits.sent, 'waitlisted');
    await this.step(care, 'cancelReferral', waits.sent);
    const fails = await this.refer();
    await this.step(centre, 'acceptReferral', fails.here);
    await this.step(centre, 'startReferral', fails.here);
    await this.step(centre, 'failReferral', fails.here);
    const wrong = await this.refer();
    await this.step(care, 'markReferralInError', wrong.sent);
    const on = await this.refer();
    await this.step(centre, 'acceptReferral', on.here);
    await comes('Voorbeeldstraat', () => this.show(centre, on.here));
    await until('its content', async () => (await this.show(centre, on.here)).json.line.state === 'accepted');
    await centre.good('forwardReferral', { number: on.here, body: { candidates: ['meldpunt-noord'] } });
  }

  // Nobody takes it: a coordinator hears of it.
  async unplaced() {
    const { care, centre, regie, other } = this;
    const { sent, here } = await this.refer();
    await this.step(centre, 'declineReferral', here);
    await this.state(care, sent, 'declined');
    const find = (client) => until('an escalation', async () => (await client.good('listEscalations')).json.items[0]?.number);
    const number = await find(regie);
    this.escalated = number;
    await regie.good('assignEscalation', { number });
    await regie.good('handEscalationOn', { number, body: { partner: 'regie-zuid' } });
    await find(other);
    const body = this.referral();
    await care.good('reopenReferral', { number: sent, body });
  }

  async signal(body) {
    const before = await this.newest(this.point, 'listSignals');
    await this.care.good('createSignal', { body });
    return until('the signal', async () => {
      const number = await this.newest(this.point, 'listSignals');
      return number > before && number;
    });
  }

  async signals() {
    const { point } = this;
    const first = await this.signal();
    this.raised = first;
    await point.good('triageSignal', { number: first });
    await point.good('getSignal', { number: first });
    await point.good('getSignalTrace', { number: first });
    await point.good('tryToReach', { number: first });
    const example = this.example('createConsent');
    const given = { ...example, person: 'Jan Proef', purposes: ['care_coordination'], dataCategories: ['contact', 'area', 'finance', 'language', 'needs'], previewCategories: ['needs'], givenBy: 'Jan Proef' };
    const consentNumber = (await point.good('createConsent', { body: given })).json.consentNumber;
    const second = await this.signal();
    await point.good('linkSignals', { number: first, body: { with: second } });
    const others = (await point.good('createConsent', { body: { ...given, person: 'Rosa Voorbeeld', givenBy: 'Rosa Voorbeeld' } })).json.consentNumber;
    await point.refused('shareSignal', 'consentPerson', { number: first, body: { consentNumber: others } });
    await point.good('shareSignal', { number: first, body: { consentNumber } });
    const body = this.example('convertSignal');
    body.refer.consentNumber = others;
    await point.refused('convertSignal', 'consentPerson', { number: first, body });
    body.refer.consentNumber = consentNumber;
    body.refer.referral.person.name = 'Johannes Proef';
    body.refer.samePerson = 'Zo staat hij op zijn identiteitskaart';
    await point.good('convertSignal', { number: first, body });
    const shown = (await point.good('getConsent', { number: consentNumber })).json;
    assert.deepEqual(shown.saidSame.map(({ name, reason }) => [name, reason]), [['Johannes Proef', body.refer.samePerson]]);
    const third = await this.signal();
    await point.good('triageSignal', { number: third });
    await point.good('endSignal', { number: third });
    for (const id of ['triageSignal', 'tryToReach', 'planSignalVisit', 'postponeSignalVisit', 'callOffSignalVisit', 'reportSignalVisit'])
      await point.refused(id, 'transition', { number: third, body: this.dated(id) });
  }

  // Somebody goes there; somebody says no; nobody opens.
  async signalVisits() {
    const { point } = this;
    const going = await this.signal();
    await point.good('triageSignal', { number: going });
    for (const id of ['planSignalVisit', 'postponeSignalVisit', 'callOffSignalVisit', 'planSignalVisit', 'reportSignalVisit'])
      await point.good(id, { number: going, body: this.dated(id) });
    await point.good('listSignalVisits', { number: going });
    const attempts = ['planSignalVisit', 'tryToReach', 'reportSignalVisit'];
    const refusing = await this.signal();
    await point.good('triageSignal', { number: refusing });
    await point.good('tryToReach', { number: refusing, body: { kind: 'phone', result: 'refused' } });
    for (const id of attempts) await point.refused(id, 'quiet', { number: refusing, body: this.dated(id) });
    const example = this.example('createSignal');
    const shut = await this.signal({ ...example, signal: { ...example.signal, person: 'Piet Voorbeeld, Voorbeeldlaan 9' } });
    await point.good('triageSignal', { number: shut });
    for (let i = 0; i < 3; i++) await point.good('tryToReach', { number: shut });
    for (const id of attempts) await point.refused(id, 'attempts', { number: shut, body: this.dated(id) });
  }

  async neighbours() {
    const { care, centre, point } = this;
    await care.good('postAsk');
    await comes('boodschap', () => centre.good('listAsks'));
    const { number } = (await centre.good('listAsks')).json.items[0];
    await centre.good('claimAsk', { body: { ask: `thuiszorg-zenne/${number}` } });
    await care.good('endAsk', { number });
    await centre.good('setCampaign');
    await centre.good('setBarrier');
    await centre.good('setAdvice');
    await comes('tafelen', () => care.good('listCampaigns'));
    await comes('loket', () => care.good('listBarriers'));
    await comes('avond', () => point.good('listAdvice'));
    const advice = (await point.good('listAdvice')).json.items[0];
    const answer = { ...this.example('answerAdvice'), advice: `ldc-aksant/${advice.number}` };
    await point.good('answerAdvice', { body: answer });
    for (const [name, text] of [['unsure', 'Voor mevrouw Voorbeeld'], ['identifies', 'Bel 0471 23 45 67']]) {
      await care.refused('postAsk', name, { body: { ...this.example('postAsk'), text } });
      await point.refused('answerAdvice', name, { body: { ...answer, text } });
      for (const id of ['setCampaign', 'setBarrier', 'setAdvice']) {
        const { says } = this.example(id);
        await centre.refused(id, name, { body: { says: { ...says, text } } });
      }
    }
  }

  // What waits for the broker cannot be followed by another step; but what it may not have yet can be cancelled, once.
  async pending(stop, go) {
    const { care, centre } = this;
    const { here } = await this.refer();
    await this.state(centre, here, 'requested');
    await stop();
    // That it was seen does not keep anybody waiting, on whatever state is shown then.
    await this.step(centre, 'markReferralSeen', here);
    const { headers: seen } = await this.show(centre, here);
    await centre.good('acceptReferral', { number: here, headers: { 'if-match': seen.etag } });
    const sent = (await care.good('createReferral', { body: this.referral() })).json.caseNumber;
    for (const operation of care.contract.operations.values()) {
      if (!operation.problems.some((one) => one.name === 'pending')) continue;
      const decides = operation.scopes.includes('referral:decide');
      const client = decides ? centre : care;
      const number = decides ? here : sent;
      const { headers } = await this.show(client, number);
      if (operation.id === 'cancelReferral') continue;
      await client.refused(operation.id, 'pending', { number, headers: { 'if-match': headers.etag } });
    }
    const { headers: made } = await this.show(care, sent);
    await care.good('cancelReferral', { number: sent, headers: { 'if-match': made.etag } });
    const { json: shown, headers: now } = await this.show(care, sent);
    assert.strictEqual(shown.line.referralState, 'to_cancel');
    await care.refused('cancelReferral', 'pending', { number: sent, headers: { 'if-match': now.etag } });
    go();
    await this.state(care, sent, 'cancelled');
  }

  // Whose operation it is, and the number of something of that kind that is there.
  owner({ path, scopes }) {
    const { care, centre, point, regie } = this;
    if (path.startsWith('/v1/signals')) return { client: point, number: this.raised };
    if (path.startsWith('/v1/webhookEndpoints')) return { client: centre, number: this.hook };
    if (path.startsWith('/v1/consents')) return { client: care, number: this.consent };
    if (path.startsWith('/v1/escalations')) return { client: regie, number: this.escalated };
    if (path === '/v1/own/mandate') return { client: regie };
    if (path.startsWith('/v1/asks')) return { client: care, number: 1 };
    if (scopes.includes('referral:decide')) return { client: centre, number: this.taken };
    if (path.startsWith('/v1/referrals')) return { client: care, number: this.offered };
    return { client: care };
  }

  async events() {
    const { centre } = this;
    const { items } = (await centre.good('listEvents', { query: { cursor: '0', pageSize: '200' } })).json;
    for (const one of items) new CloudEvent(one).validate();
    // The same as a stream, from the first on.
    const heard = await follow(centre, items.length);
    assert.deepEqual(heard, items.map((one) => ({ id: one.id, data: one })));
  }

  // What happened is also sent to this receiver, signed.
  async webhooks() {
    const { centre, receiver } = this;
    const made = (await centre.good('createWebhookEndpoint', { body: { url: receiver.url } })).json;
    this.hook = made.number;
    await centre.good('getWebhookEndpoint', { number: this.hook });
    await centre.good('listWebhookEndpoints');
    await centre.good('testWebhookEndpoint', { number: this.hook });
    await receiver.until((event) => event.type.endsWith('.tested'), [made.secret], centre.contract);
    const renewed = (await centre.good('renewWebhookSecret', { number: this.hook })).json;
    await centre.good('replayWebhook', { number: this.hook, body: { fromEvent: 1 } });
    await receiver.until((event) => event.type.endsWith('.accepted'), [made.secret, renewed.secret], centre.contract);
    await centre.good('listWebhookMessages', { number: this.hook });
    await centre.good('changeWebhookEndpoint', { number: this.hook });
    const other = (await centre.good('createWebhookEndpoint', { body: { url: receiver.url } })).json;
    await centre.good('endWebhookEndpoint', { number: other.number });
  }
}

const CHAPTERS = {
  known: 'what is known at once',
  consents: 'consents',
  supply: 'what organisations offer',
  refusedReferrals: 'what a consent does not allow',
  partnership: 'a partnership',
  signals: 'signals',
  helped: 'a referral that ends well',
  elsewhereThen: 'referrals that end otherwise',
  unplaced: 'a referral that nobody takes',
  neighbours: 'what neighbours ask and tell',
  signalVisits: 'visits to the person of a signal',
  events: 'what happened',
  webhooks: 'webhooks',
};

module.exports = { Story, CHAPTERS };
