// example.mjs - a first day with the API, against a sandbox: refer somebody, follow what happens, decide about somebody else.
//   BUURTBUS_URL=... BUURTBUS_TOKEN=... node example.mjs
import { Buurtbus, Problem } from './buurtbus.mjs'

const bus = new Buurtbus({ url: process.env.BUURTBUS_URL, token: process.env.BUURTBUS_TOKEN, actor: 'example', language: 'en' })

// 1. Refer. Consent 1 is there in every sandbox; the people in it do not exist.
const referral = {
    consentNumber: 1,
    candidates: ['ldc-proef'],
    mode: 'direct',
    purpose: 'care_coordination',
    urgency: 'routine',
    area: '21004',
    referral: {
        person: { name: 'Rosa Voorbeeld', address: 'Voorbeeldstraat 12', language: 'nl', ageBand: '80_89' },
        strengths: 'Kan prachtig vertellen over de wijk',
        needs: ['loneliness_isolation'],
        reason: 'Ziet sinds de winter niemand meer',
        reasonLanguage: 'nl',
        handoverMode: 'warm_visit',
    },
}
const { last: before } = await bus.get('/v1/events?cursor=0&pageSize=200')
const number = await bus.refer(referral)
console.log(`referred: ${number}`)

// 2. Follow, until it is done. An event says what happened; the case says the rest.
for await (const event of bus.events({ after: before })) {
    if (event.subject !== `referrals/${number}`) continue
    console.log(event.type.replace('be.buurtbus.v1.referrals.notify.', ''))
    // Once, and only while it is so: an event can be older than the case.
    if (await bus.decideWhile(number, 'confirm', (now) => now.line.state === 'completed', { closeReason: 'met' })) break
}
console.log('confirmed')

// 3. Decide about somebody who waits here.
for await (const line of bus.list('/v1/referrals?box=to_decide')) {
    if (line.kind !== 'referral_in') continue
    if (await bus.decideWhile(line.number, 'accept', (now) => now.actions.includes('accept'))) console.log(`accepted: ${line.number}`)
    break
}

// 4. A refusal has a type to program by, and a sentence for people. Consent 3 was withdrawn.
try {
    const person = { name: 'Mia Voorbeeld', language: 'nl', ageBand: '70_79' }
    await bus.refer({ ...referral, consentNumber: 3, referral: { ...referral.referral, person } })
} catch (problem) {
    if (!(problem instanceof Problem) || !problem.is('consentWithdrawn')) throw problem
    console.log(`refused: ${problem.message}`)
}
