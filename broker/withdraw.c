/* withdraw.c - a consent is taken back: final, at once, and everybody who was handed
 * something is told. */
#include <stdio.h>

#include "broker/put.h"
#include "core/hash.h"
#include "core/wire.h"

enum {
    HANDED_SHOWN_MAX = 200,
    RECALLED_AT_A_TIME = 400,       /* partners that are read in one go */
    RECALL_ROOM = 432,              /* of the turn, for them and the answer */
    OFFER_ROOM = 354 + RECALL_ROOM, /* for one offer with full mailboxes both ways */
};

struct withdraw_work {
    struct partner *partner; /* who brings it */
    const struct partner *signer;
    struct span bytes; /* the packed Signed */
    struct withdrawal withdrawal;
    struct consent_row consent;
    struct consent capsule;
    bool known; /* the capsule is here */
    struct handed_row handed[HANDED_SHOWN_MAX];
    size_t n_handed;
};

static bool read_withdrawal(struct broker *broker, struct withdraw_work *work,
        const struct withdraw *withdraw, struct err *err)
{
    struct signed_ thing;

    work->bytes = withdraw->withdrawal;
    if (!signed_get(broker->cache, broker->directory, broker->now_ms, KIND_WITHDRAWAL,
                work->bytes, &broker->frame, &thing, err) ||
            !wire_get(&WIRE_WITHDRAWAL, thing.body, &broker->frame, &work->withdrawal,
                    err) ||
            !signed_in_time(broker->directory, &thing, (int64_t)work->withdrawal.at_ms,
                    err))
        return err_wrap(err, "the withdrawal");
    /* The collector brings back to a lost store what others had signed. */
    work->signer = partners_find(broker->partners, thing.signer);
    if (work->signer == NULL || strcmp(work->withdrawal.by, thing.signer) != 0)
        return err_set(err, E_AUTH, "a withdrawal in somebody else's name");
    return true;
}

/* After a lost store the withdrawal may come before its capsule; who knows the id was
 * told it by somebody concerned, and to deny is the safe side. But ids can also be made
 * up without end. */
static bool keep_early(struct broker *broker, struct withdraw_work *work,
        struct err *err)
{
    uint32_t by = work->partner->no;

    if (partners_kept(broker->partners, LEDGER_KEPT_EARLY, by) >=
            broker->conf.early_withdrawals)
        return err_set(err, E_BUSY, "too many withdrawals of consents not known here");
    work->consent = (struct consent_row){
            .consent_id = work->withdrawal.consent_id,
            .collector = by,
    };
    if (!ledger_consent_put(broker->ledger, &work->consent, 0, err))
        return false;
    return partners_keep(broker->partners, LEDGER_KEPT_EARLY, by, 1) ||
           err_set(err, E_BUSY, "too many withdrawals in one turn");
}

static bool find_consent(struct broker *broker, struct withdraw_work *work,
        struct err *err)
{
    bool found;

    if (!ledger_consent_find(broker->ledger, &work->withdrawal.consent_id,
                &broker->frame, &work->consent, &found, err))
        return false;
    if (!found)
        return keep_early(broker, work, err);
    work->known = work->consent.bytes.len > 0;
    return !work->known || capsules_get(broker->capsules, &work->consent.hash,
                                   work->consent.bytes, &work->capsule, err);
}

/* Is all that was offered under it known from what its parties brought back? */
static bool offers_came_back(struct broker *broker, const struct withdraw_work *work,
        bool *all, bool *any, struct err *err)
{
    struct offer_row offer = {.no = 0};
    bool found = true;

    *all = true;
    *any = false;
    while (found && *all) {
        if (!ledger_offer_of_consent(broker->ledger, work->consent.no, offer.no, &offer,
                    &found, err))
            return false;
        *any = *any || found;
        *all = !found || offer.restored;
    }
    return true;
}

/* A capsule comes with its letter; without one, only after the loss of a store. And
 * what was said apart from the offers that were brought back, nobody brings back. */
static bool was_lost(struct broker *broker, const struct withdraw_work *work,
        bool *lost, struct err *err)
{
    struct letter_row letter;
    uint32_t partner;
    size_t n_handed;
    bool all, any, has_letter;

    if (!ledger_handed_partners(broker->ledger, work->consent.no, 0, &partner, 1,
                &n_handed, err) ||
            !offers_came_back(broker, work, &all, &any, err) ||
            !ledger_letter_of_consent(broker->ledger, work->consent.no, 0, &letter,
                    &has_letter, err))
        return false;
    *lost = any ? all : n_handed == 0 && !has_letter;
    return true;
}

/* A store that was put back does not know what a partner was handed, until that one has
 * brought back what it knows, and of a letter without an offer never: then whoever the
 * consent may concern is believed, for to deny is the safe side. */
static bool may_have_been_handed(struct broker *broker,
        const struct withdraw_work *work, bool *may, struct err *err)
{
    const char *signer = work->signer->name;
    const struct member *member = directory_member(broker->directory, signer);
    bool lost = false;

    if (work->partner->in_step && !was_lost(broker, work, &lost, err))
        return false;
    *may = (!work->partner->in_step || lost) &&
           consent_may_concern(&work->capsule, signer,
                   member != NULL ? member->partner_type : 0);
    return true;
}

/* Did it refer under this consent? So say the offers, by our own word, whatever capsule
 * somebody may have shown first under this id since the store was lost. */
static bool has_referred(struct broker *broker, const struct withdraw_work *work,
        bool *has, struct err *err)
{
    struct offer_row offer = {.no = 0};
    bool found = true;

    *has = false;
    while (found && !*has) {
        if (!ledger_offer_of_consent(broker->ledger, work->consent.no, offer.no, &offer,
                    &found, err))
            return false;
        *has = found && offer.sender == work->signer->no;
    }
    return true;
}

/* Signed by the collector, a listed sender, or a recipient that was handed a letter
 * under it. An older store may not know of that letter: then the collector's word, who
 * brings it, is enough. */
static bool check_entitled(struct broker *broker, const struct withdraw_work *work,
        struct err *err)
{
    uint32_t collector = work->consent.collector;
    bool entitled = !work->known || collector == work->signer->no ||
                    collector == work->partner->no ||
                    consent_has_text(work->capsule.senders, work->capsule.n_senders,
                            work->signer->name);

    if (!entitled && !may_have_been_handed(broker, work, &entitled, err))
        return false;
    if (!entitled && !has_referred(broker, work, &entitled, err))
        return false;
    if (!entitled && !ledger_handed_to(broker->ledger, work->consent.no,
                             work->signer->no, &entitled, err))
        return false;
    return entitled || err_set(err, E_AUTH, "no party to this consent");
}

/* What one turn cannot end is ended by the timers of the next ones, and denied until
 * then when it would leave: nothing may make a withdrawal itself fail. */
static bool offers_owed(struct broker *broker, const struct withdraw_work *work,
        int64_t after, struct err *err)
{
    turn_due(broker, LEDGER_OWED_MS);
    return ledger_offers_owed(broker->ledger, work->consent.no, after, err);
}

static bool letters_owed(struct broker *broker, const struct withdraw_work *work,
        int64_t after, struct err *err)
{
    turn_due(broker, LEDGER_OWED_MS);
    return ledger_letters_owed(broker->ledger, work->consent.no, after, err);
}

static bool destroy_letters(struct broker *broker, const struct withdraw_work *work,
        struct err *err)
{
    struct letter_row letter;
    int64_t after = 0;
    bool found;

    while (true) {
        if (!ledger_letter_of_consent(broker->ledger, work->consent.no, after, &letter,
                    &found, err))
            return false;
        if (!found)
            return true;
        if (!turn_has_slips(broker, RECALL_ROOM))
            return letters_owed(broker, work, after, err);
        after = letter.no;
        bool here = letter.state == LETTER_LODGED || letter.state == LETTER_WAITING;
        if (here && !record_end(broker, &letter, LETTER_RECALLED,
                            code_name(E_CONSENT_WITHDRAWN), err))
            return false;
    }
}

static bool step_offers(struct broker *broker, const struct withdraw_work *work,
        struct err *err)
{
    struct offer_row offer;
    int64_t after = 0;
    bool found;

    while (true) {
        if (!ledger_offer_of_consent(broker->ledger, work->consent.no, after, &offer,
                    &found, err))
            return false;
        if (!found)
            return true;
        if (!turn_has_slips(broker, OFFER_ROOM))
            return offers_owed(broker, work, after, err);
        after = offer.no;
        if (!routing_withdrawn(broker, &offer, err))
            return false;
    }
}

bool withdraw_recall(struct broker *broker, const struct consent_row *consent,
        uint32_t partner, struct err *err)
{
    /* Before everything else: the staff sees it first thing. */
    struct mail_row mail = {
            .partner = partner,
            .priority = 0,
            .kind = MAIL_WITHDRAWAL,
            .ref = consent->no,
            .size = MAIL_SIGNED_BYTES,
            .bytes = consent->withdrawal,
            .log_leaf = consent->withdrawn_leaf,
    };
    return turn_mail(broker, &mail, NO_SLIP, err);
}

bool withdraw_is_known_to(struct broker *broker, const struct id *consent_id,
        uint32_t partner, bool *known, struct err *err)
{
    struct consent_row consent;
    bool found;

    *known = false;
    if (!ledger_consent_find(broker->ledger, consent_id, &broker->frame, &consent,
                &found, err))
        return false;
    *known = found && consent.collector == partner;
    return !found || *known ||
           ledger_handed_to(broker->ledger, consent.no, partner, known, err);
}

bool withdraw_tell(struct broker *broker, const struct partner *partner,
        struct span bytes, struct err *err)
{
    struct signed_ shown;
    struct consent capsule;
    struct consent_row row;
    bool found;

    if (!wire_get(&WIRE_SIGNED, bytes, &broker->frame, &shown, err) ||
            !wire_get(&WIRE_CONSENT, shown.body, &broker->frame, &capsule, err) ||
            !ledger_consent_find(broker->ledger, &capsule.consent_id, &broker->frame,
                    &row, &found, err))
        return false;
    struct decide_load load = partners_load(broker->partners, partner->no, 0);
    bool told = !found || row.withdrawn == 0 || row.collector != partner->no ||
                row.withdrawal.len == 0;
    /* Who brings it without end does not fill its own mailbox with that. */
    return told || load.letters >= broker->conf.mailbox_letters ||
           withdraw_recall(broker, &row, partner->no, err);
}

static bool recall_one(struct broker *broker, const struct withdraw_work *work,
        uint32_t partner, struct err *err)
{
    return partner == 0 || partner == work->partner->no ||
           partner == work->signer->no ||
           withdraw_recall(broker, &work->consent, partner, err);
}

/* However many they are, none is left out. */
static bool recall(struct broker *broker, const struct withdraw_work *work,
        struct err *err)
{
    uint32_t partners[RECALLED_AT_A_TIME];
    bool collector_told = false;
    uint32_t after = 0;
    size_t n;

    do {
        if (!ledger_handed_partners(broker->ledger, work->consent.no, after, partners,
                    COUNT_OF(partners), &n, err))
            return false;
        for (size_t i = 0; i < n; i++) {
            after = partners[i];
            if (!recall_one(broker, work, after, err))
                return false;
            collector_told = collector_told || after == work->consent.collector;
        }
    } while (n == COUNT_OF(partners));
    return collector_told || recall_one(broker, work, work->consent.collector, err);
}

static bool withdraw_now(struct broker *broker, struct withdraw_work *work,
        struct err *err)
{
    uint64_t version = broker->store.register_version + 1;
    struct record record = {
            .kind = "withdraw",
            .msg_id = &work->withdrawal.consent_id,
            .actor = work->signer->name,
            .decision = "registered",
            .consent_hash = work->known ? &work->consent.hash : NULL,
    };

    if (!ledger_set_register(broker->ledger, version, err))
        return false;
    broker->store.register_version = version;
    if (!record_audit(broker, &record, err))
        return false;
    work->consent.withdrawn = version;
    work->consent.withdrawn_leaf = record_leaf(broker);
    work->consent.withdrawal = work->bytes;
    if (!ledger_consent_withdraw(broker->ledger, &work->consent, err))
        return false;
    log_info(broker->log, broker->now_ms, "withdrawn", "by=%s version=%llu",
            work->signer->name, (unsigned long long)version);
    return step_offers(broker, work, err) && destroy_letters(broker, work, err) &&
           recall(broker, work, err);
}

/* Who else has something is for those who have to ask for it: the collector, a sender,
 * and who took the consent back. Anybody who was told of that can bring the same words
 * once more. */
static bool may_see_all(const struct withdraw_work *work)
{
    const struct partner *partner = work->partner;
    bool own = partner == work->signer &&
               span_equal(work->consent.withdrawal, work->bytes);

    return own || work->consent.collector == partner->no ||
           (work->known && consent_has_text(work->capsule.senders,
                                   work->capsule.n_senders, partner->name));
}

static bool answer(struct broker *broker, struct withdraw_work *work, struct err *err)
{
    uint32_t whose = may_see_all(work) ? 0 : work->partner->no;
    struct handed_over *list;
    struct answer_note *note;

    if (!ledger_handed_all(broker->ledger, work->consent.no, whose, work->handed,
                HANDED_SHOWN_MAX, &work->n_handed, err) ||
            !turn_answer(broker, work->partner->session.conn, &note, err))
        return false;
    list = arena_take(&broker->turn.arena, (work->n_handed + 1) * sizeof *list);
    if (list == NULL)
        return err_set(err, E_BUSY, "no room for more in this turn");
    for (size_t i = 0; i < work->n_handed; i++)
        list[i] = (struct handed_over){
                .partner = partners_name(broker->partners, work->handed[i].partner),
                .msg_id = work->handed[i].msg_id,
                .type = work->handed[i].type,
                .at_ms = (uint64_t)work->handed[i].at_ms,
        };
    note->answer.id = work->withdrawal.consent_id;
    note->answer.register_version = work->consent.withdrawn;
    /* The leaf is about the one that was registered, which its own signer brings again.
     */
    if (span_equal(work->consent.withdrawal, work->bytes))
        note->answer.log_leaf = work->consent.withdrawn_leaf;
    note->answer.handed_over = list;
    note->answer.n_handed_over = work->n_handed;
    return true;
}

bool withdraw_take(struct broker *broker, struct partner *partner,
        const struct withdraw *withdraw, struct err *err)
{
    struct withdraw_work *work = arena_take(&broker->frame, sizeof *work);

    if (work == NULL)
        return err_set(err, E_BUSY, "no room for a withdrawal");
    work->partner = partner;
    if (!read_withdrawal(broker, work, withdraw, err) ||
            !find_consent(broker, work, err) || !check_entitled(broker, work, err))
        return false;
    /* Final: a second withdrawal of the same consent is answered as the first was. */
    if (work->consent.withdrawn == 0 && !withdraw_now(broker, work, err))
        return false;
    return answer(broker, work, err);
}
