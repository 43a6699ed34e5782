// clients.mjs - the clients without dependencies against the real server of a sandbox, through a proxy that loses answers and
// cuts streams: what was asked is done once, and no event is missed or told twice. Says what passed in TAP.
//   clients.mjs CLIENTS_DIR, with BUURTBUS_URL and BUURTBUS_TOKEN of a sandbox
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import http from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = path.resolve(process.argv[2])
const { Buurtbus, EventsLost, Problem, verifyWebhook } = await import(pathToFileURL(path.join(folder, 'buurtbus.mjs')))
const real = new URL(process.env.BUURTBUS_URL)
const token = process.env.BUURTBUS_TOKEN

// --- a proxy that does harm ---

const harm = { losePosts: 0, cutAfterEvents: 0, refuse: [], posts: [], cuts: 0, open: 0 }

const proxy = http.createServer((asked, answer) => {
    if (asked.method === 'POST') harm.posts.push([asked.url, asked.headers['idempotency-key']])
    const refusal = asked.method === 'POST' ? harm.refuse.shift() : undefined
    if (refusal !== undefined) {
        asked.resume()
        answer.writeHead(refusal, { 'retry-after': '0' }).end()
        return
    }
    const forwarded = http.request({ host: real.hostname, port: real.port, path: asked.url, method: asked.method,
        headers: { ...asked.headers, host: real.host } })
    forwarded.on('error', () => answer.destroy())
    forwarded.on('response', (got) => {
        // The server has done it, and nobody hears of that.
        if (asked.method === 'POST' && harm.losePosts > 0) {
            harm.losePosts--
            got.resume()
            asked.socket.destroy()
            return
        }
        answer.writeHead(got.statusCode, got.headers)
        if (got.headers['content-type'] === 'text/event-stream') {
            harm.open++
            answer.on('close', () => harm.open--)
        }
        let seen = 0
        got.on('data', (bytes) => {
            answer.write(bytes)
            // Whole ones: what is cut in the middle comes again.
            seen += bytes.toString().split('\n\n').length - 1
            if (harm.cutAfterEvents > 0 && seen >= harm.cutAfterEvents) {
                harm.cuts++
                got.destroy()
                setImmediate(() => asked.socket.destroy())
            }
        })
        got.on('end', () => answer.end())
        got.on('error', () => answer.destroy())
        answer.on('close', () => got.destroy())
    })
    asked.pipe(forwarded)
})
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${proxy.address().port}`
const bus = new Buurtbus({ url, token, language: 'en' })
const straight = new Buurtbus({ url: real.href, token, language: 'en' })

// --- tests ---

let failed = 0
async function test(name, run) {
    try {
        await run()
        console.log(`ok - clients: ${name}`)
    } catch (error) {
        failed++
        console.log(`not ok - clients: ${name}`)
        console.log(String(error.stack).replace(/^/gm, '# '))
    }
}

const referral = (need, name = 'Rosa Voorbeeld') => ({ consentNumber: 1, candidates: ['ldc-proef'], mode: 'direct', purpose: 'care_coordination', urgency: 'routine',
    area: '21004', referral: { person: { name, language: 'nl', ageBand: '80_89' }, strengths: 'Zingt graag',
    needs: [need], reason: 'Woont alleen', reasonLanguage: 'nl', handoverMode: 'warm_visit' } })
// Who stops listening leaves nothing open, which would keep a program from ending.
async function noneOpen() {
    for (let tries = 200; harm.open > 0 && tries > 0; tries--) await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(harm.open, 0)
}
const sent = async () => (await straight.get('/v1/referrals?box=sent&pageSize=200')).items.length

await test('an answer that is lost is asked for again with the same key, and it is done once', async () => {
    const before = await sent()
    harm.posts = []
    harm.losePosts = 2
    harm.refuse = [503, 429]
    const number = await bus.refer(referral('mobility_transport'))
    assert.ok(number > 0)
    assert.equal(harm.posts.length, 5)
    assert.equal(new Set(harm.posts.map(([, key]) => key)).size, 1)
    assert.equal(await sent(), before + 1)
})

await test('a key of one\'s own gives the first answer again', async () => {
    const before = await sent()
    const number = await bus.refer(referral('mobility_transport'), { key: 'a-key-of-my-own-1' })
    assert.equal(await bus.refer(referral('mobility_transport'), { key: 'a-key-of-my-own-1' }), number)
    assert.equal(await sent(), before + 1)
})

await test('a refusal is typed, names fields as the body has them, and is not asked again', async () => {
    harm.posts = []
    await assert.rejects(bus.refer({ ...referral('debt', 'Mia Voorbeeld'), consentNumber: 3 }), (problem) => problem instanceof Problem &&
        problem.is('consentWithdrawn') && problem.status === 403 && !problem.isPassing)
    assert.equal(harm.posts.length, 1)
    const [line] = (await bus.get('/v1/referrals?box=sent&pageSize=1')).items
    const { etag } = await bus.referral(line.number)
    await assert.rejects(bus.decide(line.number, 'cancel', etag, {}), (problem) => problem.status === 400 &&
        problem.issues.some((issue) => issue.in === 'cancelReason'))
    await assert.rejects(bus.decide(line.number, 'cancel', '"1-999-0"', { cancelReason: 'no_longer_needed' }), (problem) => problem.status === 412)
    await assert.rejects(new Buurtbus({ url, token: 'nobody' }).get('/v1/status'), (problem) => problem.status === 401)
})

await test('a stream that is cut after each event misses none and tells none twice', async () => {
    const after = (await straight.get('/v1/events?cursor=0&pageSize=200')).newest
    const number = await straight.refer(referral('bereavement'))
    harm.cutAfterEvents = 1
    const heard = []
    for await (const event of bus.events({ after })) {
        heard.push(event.id)
        assert.equal(event.specversion, '1.0')
        if (event.subject === `referrals/${number}` && event.type.endsWith('.completed')) break
    }
    await noneOpen()
    assert.ok(harm.cuts > 0, `${harm.cuts} cuts`)
    harm.cutAfterEvents = 0
    const all = []
    for await (const event of bus.eventsSince(after)) all.push(event.id)
    assert.deepEqual(heard, all.slice(0, heard.length))
    const listening = new AbortController()
    setTimeout(() => listening.abort(), 50)
    for await (const event of bus.events({ signal: listening.signal })) assert.fail(`an event ${event.id} that is not new`)
    await assert.rejects(async () => { for await (const event of bus.eventsSince('999999999')) assert.fail(event.id) }, EventsLost)
    await assert.rejects(async () => { for await (const event of bus.events({ after: '999999999' })) assert.fail(event.id) }, EventsLost)
})

await test('a list is read page by page', async () => {
    const whole = (await straight.get('/v1/referrals?box=sent&pageSize=200')).items.map((line) => line.number)
    const pages = []
    for await (const line of bus.list('/v1/referrals?box=sent&pageSize=2')) pages.push(line.number)
    assert.ok(whole.length > 2)
    assert.deepEqual(pages, whole)
})

// --- webhooks: what is signed here is checked by both clients ---

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const body = '{"specversion":"1.0","id":"7","note":"één"}'
const nowS = 1795344791
const sign = (id, at, text, key = Buffer.alloc(32, 7)) => `v1,${createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64')}`
const headers = (over = {}) => ({ 'Webhook-Id': 'msg_7', 'webhook-timestamp': String(nowS), 'webhook-signature': sign('msg_7', nowS, body), ...over })
const other = sign('msg_7', nowS, body, Buffer.alloc(32, 8))
const WEBHOOKS = [
    ['as it was sent', true, secret, headers(), body],
    ['while the secret is changed', true, secret, headers({ 'webhook-signature': `${other} ${sign('msg_7', nowS, body)}` }), body],
    ['five minutes later', true, secret, headers({ 'webhook-timestamp': String(nowS - 300), 'webhook-signature': sign('msg_7', nowS - 300, body) }), body],
    ['older than that', false, secret, headers({ 'webhook-timestamp': String(nowS - 302), 'webhook-signature': sign('msg_7', nowS - 302, body) }), body],
    ['from the future', false, secret, headers({ 'webhook-timestamp': String(nowS + 302), 'webhook-signature': sign('msg_7', nowS + 302, body) }), body],
    ['another body', false, secret, headers(), body.replace('7', '8')],
    ['another id', false, secret, headers({ 'Webhook-Id': 'msg_8' }), body],
    ['another time', false, secret, headers({ 'webhook-timestamp': String(nowS + 1) }), body],
    ['another secret', false, `whsec_${Buffer.alloc(32, 9).toString('base64')}`, headers(), body],
    ['another version', false, secret, headers({ 'webhook-signature': `v2${sign('msg_7', nowS, body).slice(2)}` }), body],
    ['cut off', false, secret, headers({ 'webhook-signature': sign('msg_7', nowS, body).slice(0, -6) }), body],
    ['no signature', false, secret, headers({ 'webhook-signature': '' }), body],
    ['letters as a signature', false, secret, headers({ 'webhook-signature': 'v1,é' }), body],
    ['a time that is none', false, secret, headers({ 'webhook-timestamp': '0x6b0' }), body],
    ['no secret', false, '', headers(), body],
]

await test(`of ${WEBHOOKS.length} messages to a webhook those that are ours are taken, as bytes or as text`, async () => {
    for (const [name, good, key, given, text] of WEBHOOKS) {
        const take = (bytes) => verifyWebhook(key, given, bytes, { nowMs: nowS * 1000 })
        for (const bytes of [text, Buffer.from(text), new Uint8Array(Buffer.from(text))]) {
            if (good) assert.equal(take(bytes).id, '7', name)
            else assert.throws(() => take(bytes), Error, name)
        }
    }
    assert.equal(verifyWebhook(secret, new Headers(headers()), body, { nowMs: nowS * 1000 }).note, 'één')
})

function run(command, args, env, input) {
    return new Promise((resolve) => {
        const child = spawn(command, args, { env: { ...process.env, ...env }, cwd: folder })
        let said = ''
        child.stdout.on('data', (bytes) => { said += bytes })
        child.stderr.on('data', (bytes) => { said += bytes })
        child.on('close', (status) => resolve({ status, said }))
        child.stdin.end(input ?? '')
    })
}

await test('the Python client judges the same messages the same way', async () => {
    const program = `
import json, sys
from buurtbus import verify_webhook
for name, good, secret, headers, body in json.load(sys.stdin):
    for form in (body, body.encode()):
        try:
            taken = verify_webhook(secret, headers, form, now_s=${nowS})["id"] == "7"
        except ValueError:
            taken = False
        assert taken == good, name
print("all")
`
    const { status, said } = await run('python3', ['-B', '-c', program], {}, JSON.stringify(WEBHOOKS))
    assert.equal(said.trim(), 'all')
    assert.equal(status, 0)
})

// --- the examples, also where answers are lost and streams are cut ---

for (const [command, args, file] of [['node', [], 'example.mjs'], ['python3', ['-B'], 'example.py']]) {
    for (const harmful of [false, true]) {
        await test(`${file} goes to its end${harmful ? ' although answers are lost' : ''}`, async () => {
            Object.assign(harm, { posts: [], losePosts: harmful ? 1 : 0, cutAfterEvents: harmful ? 1 : 0, refuse: harmful ? [503] : [] })
            const before = await sent()
            const { status, said } = await run(command, [...args, file], { BUURTBUS_URL: url, BUURTBUS_TOKEN: token })
            assert.equal(status, 0, said)
            for (const word of ['referred: ', 'accepted', 'confirmed', 'accepted: ', 'refused: The person has withdrawn the consent'])
                assert.ok(said.includes(word), `${word}: ${said}`)
            assert.ok(!said.includes('Voorbeeld'), said)
            assert.equal(await sent(), before + 1)
        })
    }
}

proxy.close()
proxy.closeAllConnections()
process.exitCode = failed === 0 ? 0 : 1
