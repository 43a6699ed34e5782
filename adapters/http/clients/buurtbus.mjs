// buurtbus.mjs - a client of the HTTP API of Buurtbus for Node 18 and later, without any dependency.
//
//   import { Buurtbus, verifyWebhook } from './buurtbus.mjs'
//   const bus = new Buurtbus({ url: 'http://127.0.0.1:8480', token })
//
// What changes something is asked with one Idempotency-Key, and again with the same one when no answer came: it is done
// once. Nothing that was sent or received is ever logged here.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

const FIRST_WAIT_MS = 200 // before a question is asked again; doubled each time
const LONGEST_WAIT_MS = 10_000
const SILENCE_MS = 45_000 // the server says something every 15 s
const ANSWER_MS = 30_000
const PAGE_SIZE = 200

// 409 with these types, and these statuses, are over soon.
const PASSING_TYPES = ['urn:problem-type:buurtbus:pending', 'urn:problem-type:buurtbus:requestInProgress']
const PASSING_STATUS = [429, 502, 503, 504]

/** A refusal: `type` is to program by, `message` for people, `issues` names fields (RFC 9457). */
export class Problem extends Error {
    constructor(status, body) {
        const said = body !== null && typeof body === 'object' ? body : {}
        super(said.title ?? `the server answered ${status}`)
        this.name = 'Problem'
        this.status = status
        this.type = said.type ?? 'about:blank'
        this.issues = Array.isArray(said.issues) ? said.issues : []
    }

    /** Does `type` end in this word, such as 'consentWithdrawn'? */
    is(word) {
        return this.type.endsWith(`:${word}`)
    }

    /** Is it over soon by itself? */
    get isPassing() {
        return PASSING_STATUS.includes(this.status) || PASSING_TYPES.includes(this.type)
    }
}

/** The store of the node is an older copy, without the event that was seen. Read your cases anew, and begin anew. */
export class EventsLost extends Error {
    constructor(seen, why) {
        super(`event ${seen} was seen: ${why}`)
        this.name = 'EventsLost'
    }
}

function wait(ms, signal) {
    return new Promise((resolve, reject) => {
        if (signal?.aborted) {
            reject(signal.reason)
            return
        }
        const stop = () => {
            clearTimeout(timer)
            reject(signal.reason)
        }
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', stop)
            resolve()
        }, ms)
        signal?.addEventListener('abort', stop, { once: true })
    })
}

async function jsonOf(answer) {
    const text = await answer.text()
    try {
        return text === '' ? null : JSON.parse(text)
    } catch {
        return null
    }
}

export class Buurtbus {
    #url
    #headers
    #attempts

    /**
     * url: of the API. token: `buurtbus token new`. actor: the account of the member of staff, not a name.
     * language: of sentences for people. attempts: how often a question is asked before it is given up.
     */
    constructor({ url, token, actor, language = 'nl', attempts = 8 }) {
        this.#url = url.replace(/\/+$/, '')
        this.#attempts = attempts
        this.#headers = { authorization: `Bearer ${token}`, 'accept-language': language }
        if (actor !== undefined) this.#headers['buurtbus-actor'] = actor
    }

    /** One question; again while it may help. Gives `{ body, etag }`, throws a Problem. */
    async ask(method, path, { body, headers = {}, signal } = {}) {
        const init = { method, headers: { ...this.#headers, ...headers } }
        if (body !== undefined) {
            init.headers['content-type'] = 'application/json'
            init.body = JSON.stringify(body)
        }
        for (let attempt = 1, pause = FIRST_WAIT_MS; ; attempt++, pause = Math.min(2 * pause, LONGEST_WAIT_MS)) {
            let problem
            const limit = AbortSignal.timeout(ANSWER_MS)
            const given = new AbortController()
            const end = () => given.abort(signal?.aborted ? signal.reason : limit.reason)
            limit.addEventListener('abort', end)
            signal?.addEventListener('abort', end)
            try {
                if (signal?.aborted) throw signal.reason
                const answer = await fetch(this.#url + path, { ...init, signal: given.signal })
                const said = await jsonOf(answer)
                if (answer.ok) return { body: said, etag: answer.headers.get('etag') }
                problem = new Problem(answer.status, said)
                const after = Number(answer.headers.get('retry-after') ?? 0)
                if (after > 0) pause = Math.max(pause, Math.min(1000 * after, LONGEST_WAIT_MS))
            } catch (error) {
                if (signal?.aborted) throw error
                problem = error // no answer came: nobody knows whether it was done
            } finally {
                limit.removeEventListener('abort', end)
                signal?.removeEventListener('abort', end)
            }
            const passing = !(problem instanceof Problem) || problem.isPassing
            if (!passing || attempt >= this.#attempts) throw problem
            await wait(pause, signal)
        }
    }

    async get(path, options) {
        return (await this.ask('GET', path, options)).body
    }

    /** All items of a list, page after page. path: with its question, but without a cursor. */
    async *list(path, options) {
        let cursor = null
        do {
            const mark = path.includes('?') ? '&' : '?'
            const at = cursor === null ? path : `${path}${mark}cursor=${encodeURIComponent(cursor)}`
            const page = await this.get(at, options)
            yield* page.items
            cursor = page.next
        } while (cursor !== null)
    }

    /** What sends or changes something. key: to go on with after a restart of your own program. */
    async post(path, body, { key = randomUUID(), etag, signal } = {}) {
        const headers = { 'idempotency-key': key }
        if (etag !== undefined) headers['if-match'] = etag
        return (await this.ask('POST', path, { body, headers, signal })).body
    }

    /** Refer; gives the number of the case. */
    async refer(referral, options) {
        return (await this.post('/v1/referrals', referral, options)).caseNumber
    }

    /** Raise a signal; gives the number of the case. */
    async signal(signal, options) {
        return (await this.post('/v1/signals', signal, options)).caseNumber
    }

    /** A referral as it is now, with the ETag that a decision about it needs. */
    async referral(number, options) {
        return this.ask('GET', `/v1/referrals/${number}`, options)
    }

    /**
     * A step of a referral ('accept', 'decline', 'infoReply', 'start', 'outcome' ...), about the state that `etag` names.
     * A Problem of status 412 says that it has changed since: read it again, and decide again.
     */
    async decide(number, step, etag, said = {}, options = {}) {
        return this.post(`/v1/referrals/${number}/${step}`, said, { ...options, etag })
    }

    /**
     * The same while it is wanted: holds is given the referral as it is now, and asked again when it has changed in
     * between. Gives false when holds says no.
     */
    async decideWhile(number, step, holds, said = {}, options = {}) {
        for (;;) {
            const { body, etag } = await this.referral(number, options)
            if (!holds(body)) return false
            try {
                await this.decide(number, step, etag, said, options)
                return true
            } catch (problem) {
                if (!(problem instanceof Problem) || problem.status !== 412) throw problem
            }
        }
    }

    /**
     * Events as they happen, behind the one with the id `after` (from now on when there is none), for as long as one
     * listens: after a break it goes on where it was. Keep the id of the last event that was dealt with.
     */
    async *events({ after, signal } = {}) {
        let last = after
        let pause = FIRST_WAIT_MS
        // Who listens may leave in the middle of an event; that a stream breaks as it is left is no reason to go on.
        let handing = false
        for (;;) {
            try {
                for await (const event of this.#stream(last, signal)) {
                    last = event.id
                    pause = FIRST_WAIT_MS
                    handing = true
                    yield event
                    handing = false
                    // What has come along with it is not for who stopped listening.
                    if (signal?.aborted) return
                }
            } catch (error) {
                if (handing || signal?.aborted) return
                if (error instanceof Problem && error.is('eventUnknown')) throw new EventsLost(last, error.message)
                if (error instanceof Problem && !error.isPassing) throw error
            }
            // Without an event so far there is nothing to go on behind: what is the newest now?
            if (last === undefined) last = await this.#newest(signal)
            await wait(pause, signal).catch(() => {})
            if (signal?.aborted) return
            pause = Math.min(2 * pause, LONGEST_WAIT_MS)
        }
    }

    async #newest(signal) {
        try {
            return (await this.get('/v1/events?cursor=0&pageSize=1', { signal })).newest
        } catch (error) {
            if (error instanceof Problem && !error.isPassing) throw error
            return undefined
        }
    }

    async *#stream(last, signal) {
        const headers = { ...this.#headers, accept: 'text/event-stream' }
        if (last !== undefined) headers['last-event-id'] = String(last)
        const given = new AbortController()
        const end = () => given.abort()
        let silence = setTimeout(end, SILENCE_MS)
        signal?.addEventListener('abort', end)
        try {
            const answer = await fetch(`${this.#url}/v1/events`, { headers, signal: given.signal })
            if (!answer.ok) throw new Problem(answer.status, await jsonOf(answer))
            const decoder = new TextDecoder()
            let rest = ''
            for await (const bytes of answer.body) {
                clearTimeout(silence)
                silence = setTimeout(end, SILENCE_MS)
                const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
                rest = parts.pop()
                for (const part of parts) {
                    const data = part.split('\n').filter((line) => line.startsWith('data: '))
                    if (data.length > 0) yield JSON.parse(data.map((line) => line.slice(6)).join('\n'))
                }
            }
        } finally {
            clearTimeout(silence)
            signal?.removeEventListener('abort', end)
            given.abort()
        }
    }

    /** The same for who asks from time to time: what has happened behind `after` (0: all), and it ends. */
    async *eventsSince(after = '0', { signal } = {}) {
        let last = String(after)
        for (;;) {
            const page = await this.get(`/v1/events?cursor=${last}&pageSize=${PAGE_SIZE}`, { signal })
            if (BigInt(page.newest) < BigInt(last)) throw new EventsLost(last, `the newest is ${page.newest}`)
            yield* page.items
            if (page.next === null) return
            last = page.last
        }
    }
}

/**
 * Is this message of a webhook ours? Standard Webhooks 1.0: secret is 'whsec_...', headers those of the request (an object
 * or Headers), body the bytes as they came, before any parsing. Gives the event, or throws an Error that says why not.
 * toleranceS: how old it may be. Remember webhook-id: a message that was not answered in time comes again.
 */
export function verifyWebhook(secret, headers, body, { toleranceS = 300, nowMs = Date.now() } = {}) {
    const header = (name) => {
        if (typeof headers.get === 'function') return headers.get(name)
        const found = Object.keys(headers).find((key) => key.toLowerCase() === name)
        return found === undefined ? null : String(headers[found])
    }
    const id = header('webhook-id')
    const timestamp = header('webhook-timestamp')
    const signatures = header('webhook-signature')
    if (!id || !timestamp || !signatures) throw new Error('a header of the webhook is missing')
    if (!/^\d{1,12}$/.test(timestamp)) throw new Error('the timestamp is no number')
    if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceS) throw new Error('the message is too old, or a clock is wrong')
    if (!/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(secret)) throw new Error('this is no secret of a webhook')
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer ?? body, body.byteOffset, body.byteLength)
    const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    const wanted = mac.update(`${id}.${timestamp}.`).update(bytes).digest()
    const signed = signatures.split(' ').some((signature) => {
        const given = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0)
        return given.length === wanted.length && timingSafeEqual(given, wanted)
    })
    if (!signed) throw new Error('the signature is not right')
    return JSON.parse(bytes.toString('utf8'))
}
