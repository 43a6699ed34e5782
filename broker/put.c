/* put.c - a submission: read, verified, judged letter by letter, taken whole or not at
 * all. */
#include "broker/put.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/wire.h"

/* ---- reading ---- */

/* Verify before decode, layer by layer: each is read only when the one around it has
 * been checked. */
static bool read_letter(struct broker *broker, const struct partner *partner,
        struct span packed, struct put_letter *letter, struct err *err)
{
    struct arena *arena = &broker->frame;
    struct put_letter out = {.packed = packed};
    struct letter outer;
    struct signed_ thing;
    struct letter_body body;

    if (!wire_get(&WIRE_LETTER, packed, arena, &outer, err) ||
            !signed_get(broker->cache, broker->directory, broker->now_ms, KIND_LETTER,
                    outer.signed_, arena, &thing, err))
        return false;
    if (strcmp(thing.signer, partner->name) != 0)
        return err_set(err, E_AUTH, "a letter signed by somebody else");
    if (!wire_get(&WIRE_LETTER_BODY, thing.body, arena, &body, err))
        return false;
    struct key32 sealed_hash = hash_sha256_one(outer.sealed);
    if (!key32_equal(&sealed_hash, &body.sealed_sha256))
        return err_set(err, E_AUTH, "what is sealed is not what was signed");
    if (!wire_get(&WIRE_LETTER_CORE, body.core, arena, &out.core, err))
        return false;
    if (strcmp(out.core.sender, partner->name) != 0)
        return err_set(err, E_AUTH, "a letter of somebody else");
    if (!signed_in_time(broker->directory, &thing, (int64_t)out.core.created_ms, err))
        return false;
    out.sealed_bytes = outer.sealed.len;
    out.core_bytes = body.core;
    out.hash = hash_sha256_one(thing.body);
    out.core_hash = hash_sha256_one(body.core);
    *letter = out;
    return true;
}

/* One number names one letter: for two of them no receipt could be kept. */
static bool numbers_differ(const struct put_letter *letters, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (id_equal(&letters[i].core.msg_id, &letters[k].core.msg_id))
                return err_set(err, E_FIELD, "letters %zu and %zu have one msg_id",
                        k + 1, i + 1);
    return true;
}

static bool read_letters(struct broker *broker, struct put_work *work, struct err *err)
{
    const struct put *put = work->put;

    /* Consents that no letter needs are brought another way, where they are counted. */
    if (put->n_letters == 0)
        return err_set(err, E_FIELD, "a submission without a letter");
    if (put->n_letters > PUT_LETTERS_MAX)
        return err_set(err, E_SIZE, "%zu letters at once", put->n_letters);
    for (size_t i = 0; i < put->n_letters; i++)
        if (!read_letter(broker, work->partner, put->letters[i], &work->letters[i],
                    err))
            return err_wrap(err, "letter %zu", i + 1);
    work->n_letters = put->n_letters;
    return numbers_differ(work->letters, work->n_letters, err);
}

/* ---- capsules ---- */

/* What was shown: a capsule and the signed bytes it came in. */
struct shown {
    struct consent capsule;
    struct span bytes;
    struct key32 hash;
};

static bool keep_capsule(struct broker *broker, const struct partner *partner,
        const struct shown *shown, bool *fresh, int64_t *clash, struct err *err)
{
    const struct consent *capsule = &shown->capsule;
    const struct key32 *hash = &shown->hash;
    const struct partner *collector =
            partners_find(broker->partners, capsule->collector);
    int64_t until_ms = ((int64_t)capsule->until_day + 1) * TIME_DAY_MS;
    struct consent_row row;
    bool found;

    *fresh = false;
    if (collector == NULL)
        return err_set(err, E_AUTH, "a capsule of an unknown collector");
    if (!ledger_consent_find(broker->ledger, &capsule->consent_id, &broker->frame, &row,
                &found, err))
        return false;
    bool own = collector == partner;
    if (found && row.bytes.len > 0) {
        if (key32_equal(&row.hash, hash) && own && !row.confirmed) {
            delivery_again(broker);
            return ledger_consent_confirm(broker->ledger, row.no, err);
        }
        if (key32_equal(&row.hash, hash))
            return true;
        /* Only who collected a consent can make it void: another one who has heard of
         * the id would take it from the person. */
        if (row.collector == collector->no)
            *clash = row.no;
        return err_set(err, E_CONSENT_CONFLICT, "another capsule has this id");
    }
    if (!found)
        row = (struct consent_row){.consent_id = capsule->consent_id};
    else if (row.collector != 0 &&
             !partners_keep(broker->partners, LEDGER_KEPT_EARLY, row.collector, -1))
        return err_set(err, E_BUSY, "too many consents in one turn");
    row.collector = collector->no;
    row.bytes = shown->bytes;
    row.hash = *hash;
    row.confirmed = own;
    *fresh = true;
    return ledger_consent_put(broker->ledger, &row, until_ms, err);
}

bool put_keep_capsule(struct broker *broker, const struct partner *partner,
        struct span bytes, bool *fresh, int64_t *clash, struct err *err)
{
    struct signed_ thing;
    struct shown shown = {.bytes = bytes};

    *clash = 0;
    if (!signed_get(broker->cache, broker->directory, broker->now_ms, KIND_CONSENT,
                bytes, &broker->frame, &thing, err) ||
            !wire_get(&WIRE_CONSENT, thing.body, &broker->frame, &shown.capsule, err) ||
            !signed_in_time(broker->directory, &thing, consent_from_ms(&shown.capsule),
                    err))
        return err_wrap(err, "a capsule");
    enum code code = consent_check_capsule(&shown.capsule, thing.signer);
    if (code != CODE_OK)
        return err_set(err, code, "a capsule that is not well made");
    shown.hash = hash_sha256_one(thing.body);
    return keep_capsule(broker, partner, &shown, fresh, clash, err);
}

static bool take_capsules(struct broker *broker, struct put_work *work, struct err *err)
{
    const struct put *put = work->put;
    bool fresh;

    for (size_t i = 0; i < put->n_consents; i++)
        if (!put_keep_capsule(broker, work->partner, put->consents[i], &fresh,
                    &work->clash, err))
            return false;
    return true;
}

/* ---- judging ---- */

/* Looked at once a second: new letters are refused before the disk is full, so that
 * withdrawals, receipts and deliveries still fit. */
bool put_disk_low(struct broker *broker)
{
    struct statvfs info;

    int64_t age_ms = broker->now_ms - broker->disk_checked_ms;
    if (age_ms >= 0 && age_ms < TIME_SECOND_MS)
        return broker->disk_low;
    broker->disk_checked_ms = broker->now_ms;
    if (statvfs(broker->home.path, &info) != 0)
        return broker->disk_low;
    uint64_t free_mib = (uint64_t)info.f_bavail * info.f_frsize >> 20;
    bool low = free_mib < DISK_LOW_MIB;
    if (low != broker->disk_low)
        log_warn(broker->log, broker->now_ms, low ? "disk_low" : "disk_again",
                "free_mib=%llu", (unsigned long long)free_mib);
    broker->disk_low = low;
    return low;
}

/* The same bytes get the same answer, and have no other effect. Who lost the first
 * answer hears with it where the offer stands by now. */
static bool answer_known(struct broker *broker, struct put_work *work,
        const struct put_letter *letter, uint32_t *receipt, struct err *err)
{
    const struct letter_row *row = &letter->row;
    bool refused = row->state == LETTER_REFUSED;

    if (!put_tell_end(broker, row, err))
        return false;
    if (letter->core.event != OFFER_EVENT_NONE &&
            !put_show_status(broker, work, letter, refused ? row->code : "", err))
        return false;
    return record_receipt(broker, row,
            refused ? RECEIPT_STATE_REFUSED : RECEIPT_STATE_ACCEPTED,
            refused ? row->code : "", row->at_ms, receipt, err);
}

/* Judge and take one letter. A no leaves err with its code, and in work whether it is
 * for now. */
static bool take_letter(struct broker *broker, struct put_work *work,
        struct put_letter *letter, uint32_t *receipt, struct err *err)
{
    struct put_case *known = arena_take(&broker->frame, sizeof *known);

    if (known == NULL)
        return err_set(err, E_BUSY, "no room to judge a letter");
    if (letter->known)
        return answer_known(broker, work, letter, receipt, err);
    if (!put_facts(broker, work, letter, known, err))
        return false;
    struct decision decision = decide(&letter->core, &known->facts);
    if (decision.code == CODE_OK)
        return put_apply(broker, work, known, &decision, receipt, err);
    work->judged = true;
    work->for_now = decision.for_now;
    return err_set(err, decision.code, "%s %s to %s",
            letter_type_name(letter->core.type), offer_event_name(letter->core.event),
            letter->core.recipient);
}

/* All are looked up before the first is judged: also a refusal must know what was
 * there. */
static bool find_known(struct broker *broker, struct put_work *work, struct err *err)
{
    bool reused = false;

    for (size_t i = 0; i < work->n_letters; i++) {
        struct put_letter *letter = &work->letters[i];
        if (!ledger_letter_find(broker->ledger, &letter->core.msg_id, work->partner->no,
                    &letter->row, &letter->known, err))
            return false;
        reused = reused ||
                 (letter->known && !key32_equal(&letter->row.hash, &letter->hash));
    }
    return !reused ||
           err_set(err, E_ID_REUSE, "other bytes under a msg_id used before");
}

static bool take_all(struct broker *broker, struct put_work *work, struct err *err)
{
    if (!find_known(broker, work, err) || !put_sort(work, err) ||
            !take_capsules(broker, work, err))
        return false;
    for (size_t i = 0; i < work->n_letters; i++)
        if (!take_letter(broker, work, &work->letters[i], &work->receipts[i], err))
            return false;
    return true;
}

static bool answer(struct broker *broker, const struct put_work *work, enum code code,
        size_t n_receipts, struct err *err)
{
    struct answer_note *note;
    struct span words;

    if (!turn_answer(broker, work->partner->session.conn, &note, err) ||
            !turn_copy(broker,
                    (struct span){(const uint8_t *)work->words,
                            strlen(work->words) + 1},
                    &words, err))
        return false;
    note->answer.id = work->put->submission_id;
    note->answer.code = code == CODE_OK ? "" : code_name(code);
    note->answer.words = (const char *)words.at;
    note->answer.n_receipts = n_receipts;
    memcpy(note->receipts, work->receipts, sizeof work->receipts);
    note->answer.n_statuses = work->n_statuses;
    memcpy(note->statuses, work->statuses, sizeof work->statuses);
    return true;
}

/* Is it the store that failed, and not the letter? */
static bool is_failure(enum code code)
{
    return code_exit(code) > 1;
}

/* The code of letters that were refused when they came first. */
static enum code refused_before(const struct put_work *work)
{
    for (size_t i = 0; i < work->n_letters; i++)
        if (work->letters[i].known && work->letters[i].row.state == LETTER_REFUSED)
            return code_find(work->letters[i].row.code);
    return CODE_OK;
}

/* Every refusal for ever is remembered for 30 days; may so many more be? */
static bool may_remember(struct broker *broker, const struct put_work *work)
{
    int64_t n = partners_kept(broker->partners, LEDGER_KEPT_REFUSED, work->partner->no);

    for (size_t i = 0; i < work->n_letters; i++)
        n += !work->letters[i].known;
    return n <= broker->conf.refused_letters;
}

static bool refuse(struct broker *broker, struct put_work *work, struct err *why,
        struct err *err)
{
    /* Whole or not at all: what the first letters did is taken back before the refusal
     * is kept. */
    if (!turn_undo(broker) || !turn_frame(broker))
        return err_set(err, ERR_INTERNAL, "the turn is broken");
    /* What can be put again as it is gets no receipt, for a receipt is for ever. */
    bool for_ever = work->judged ? !work->for_now : why->code != E_BUSY;
    if (for_ever && !may_remember(broker, work)) {
        err_set(why, E_BUSY, "too many letters were refused; %s", code_name(why->code));
        for_ever = false;
    }
    work->words = why->msg;
    return record_refusal(broker, work->partner, "put", why->code, why->msg, err) &&
           put_refuse(broker, work, why->code, for_ever, err) &&
           answer(broker, work, why->code, for_ever ? work->n_letters : 0, err);
}

bool put_take(struct broker *broker, struct partner *partner, const struct put *put,
        struct err *err)
{
    struct put_work *work = arena_take(&broker->frame, sizeof *work);
    struct err why = {0};

    if (work == NULL)
        return err_set(err, E_BUSY, "no room for a submission");
    work->partner = partner;
    work->put = put;
    work->words = "";
    (void)put_disk_low(broker);
    /* What cannot be read or is not theirs has no receipt: nobody has said so under a
     * msg_id that could be believed. */
    if (!read_letters(broker, work, err))
        return false;
    if (take_all(broker, work, &why))
        return answer(broker, work, refused_before(work), work->n_letters, err);
    if (!is_failure(why.code))
        return refuse(broker, work, &why, err);
    *err = why;
    return false;
}
