/* escalate.c - what is stuck is told to whoever coordinates where it is, without a word
 * about the person; and that it is over, to the same. After a while, or when nobody
 * coordinates there, it is a gap that the broker's administrator sees. */
#include <stdio.h>

#include "broker/state.h"
#include "core/hash.h"
#include "core/vocab.h"
#include "core/wire.h"

/* What was opened, what was closed: the words of the audit log. */
#define OPENED "opened"
#define CLOSED "closed"
#define GAP    "gap"

/* A store that was lost comes to the same id for the same thing. */
static struct id id_of(const struct offer_row *offer, bool whole, uint16_t cause)
{
    const struct span parts[] = {
            span_text("escalation"),
            SPAN_OF(offer->referral.referral_id),
            whole ? (struct span){NULL, 0}
               : SPAN_OF(offer->offer_id),
            span_text(vocab_code(VOCAB_ESCALATION_CAUSE, cause)),
    };
    struct key32 hash = hash_sha256(parts, COUNT_OF(parts));
    struct id id;

    memcpy(id.b, hash.b, sizeof id.b);
    return id;
}

static int64_t after(const struct broker *broker, enum lifecycle_timer timer,
        const struct escalation_row *row, int64_t from_ms)
{
    return lifecycle_due(limits_of(&broker->limits, row->area), timer, row->urgency,
            from_ms);
}

/* ---- telling ---- */

static bool coordinates(struct broker *broker, const char *partner, const char *area)
{
    const char *names[DIRECTORY_COORDINATORS_MAX];
    size_t n = directory_coordinators(broker->directory, area, broker->now_ms, names);

    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], partner) == 0)
            return true;
    return false;
}

static bool note(struct broker *broker, const struct escalation_row *row,
        const char *reader, const char *what, struct err *err)
{
    const struct record record = {
            .kind = "escalation",
            .msg_id = &row->escalation_id,
            .actor = partners_name(broker->partners, row->sender),
            .recipient = reader,
            .decision = what,
            .code = vocab_code(VOCAB_ESCALATION_CAUSE, row->cause),
    };
    return record_audit(broker, &record, err);
}

static bool mail(struct broker *broker, const struct escalation_row *row,
        const struct partner *reader, struct err *err)
{
    struct escalation body = {
            .v = 1,
            .escalation_id = row->escalation_id,
            .cause = row->cause,
            .referral_id = row->referral_id,
            .sender = partners_name(broker->partners, row->sender),
            .target = partners_name(broker->partners, row->target),
            .area = row->area,
            .urgency = row->urgency,
            .since_ms = (uint64_t)row->since_ms,
            .at_ms = (uint64_t)row->at_ms,
            .due_ms = (uint64_t)row->due_ms,
            .closed = row->closed,
            .given_up = row->given_up,
            .reader = reader->name,
    };
    struct mail_row mail = {
            .partner = reader->no,
            .priority = record_priority(row->urgency),
            .kind = MAIL_ESCALATION,
            .ref = row->no,
            .size = MAIL_SIGNED_BYTES,
    };
    struct span bytes;
    uint32_t slip;

    if (!note(broker, row, reader->name, row->closed ? CLOSED : OPENED, err))
        return false;
    body.log_leaf = record_leaf(broker);
    return wire_put_arena(&WIRE_ESCALATION, &body, &broker->turn.arena, &bytes, err) &&
           turn_sign(broker, KIND_ESCALATION, bytes, &slip, err) &&
           turn_mail(broker, &mail, slip, err);
}

/* Whoever coordinates there now and was not told; *n: how many coordinate. */
static bool tell_coordinators(struct broker *broker, const struct escalation_row *row,
        size_t *n, struct err *err)
{
    const char *names[DIRECTORY_COORDINATORS_MAX];
    struct partner *reader;
    bool first;

    *n = directory_coordinators(broker->directory, row->area, broker->now_ms, names);
    for (size_t i = 0; i < *n; i++)
        if (!record_partner(broker, names[i], &reader, err) ||
                !ledger_escalation_told(broker->ledger, row->no, reader->no, &first,
                        err) ||
                (first && !mail(broker, row, reader, err)))
            return false;
    return true;
}

/* Who heard of it before hears that it is over. That it is so again hears who still
 * coordinates there: another one has no part in what happens now, nor in its end. */
static bool tell_readers(struct broker *broker, const struct escalation_row *row,
        struct err *err)
{
    uint32_t no = 0;

    while (true) {
        if (!ledger_escalation_reader(broker->ledger, row->no, no, &no, err))
            return false;
        const struct partner *reader = partners_get(broker->partners, no);
        if (reader == NULL)
            return true;
        bool told = row->closed || coordinates(broker, reader->name, row->area);
        if (told ? !mail(broker, row, reader, err)
                 : !ledger_escalation_untold(broker->ledger, row->no, no, err))
            return false;
    }
}

/* Nobody coordinates there: who refers has to look further without. */
static bool tell_sender(struct broker *broker, const struct offer_row *offer,
        struct err *err)
{
    struct offer_row told = *offer;
    uint32_t slip;

    told.event = OFFER_EVENT_OVERDUE;
    return record_status(broker, &told, code_name(E_COORDINATOR), &slip, err) &&
           routing_notice(broker, &told, told.sender, slip, err);
}

/* ---- opening ---- */

static struct escalation_row row_of(struct broker *broker,
        const struct offer_row *offer, uint16_t cause)
{
    bool whole = cause == ESCALATION_CAUSE_UNPLACED ||
                 cause == ESCALATION_CAUSE_PARTNER_LEFT;
    struct escalation_row row = {
            .escalation_id = id_of(offer, whole, cause),
            .referral = offer->referral.no,
            .offer = whole ? 0 : offer->no,
            .referral_id = offer->referral.referral_id,
            .sender = offer->sender,
            .target = cause == ESCALATION_CAUSE_UNPLACED ? 0 : offer->target,
            .cause = cause,
            .urgency = offer->urgency,
            .since_ms = offer->at_ms,
            .at_ms = broker->now_ms,
    };

    memcpy(row.area, offer->area, sizeof row.area);
    row.due_ms = row.look_ms = after(broker, TIMER_UNPLACED, &row, row.at_ms);
    return row;
}

/* A gap ends with what the longest referral lasts, if nothing else ends it. */
static void make_gap(const struct broker *broker, struct escalation_row *row)
{
    row->gap = true;
    row->look_ms = after(broker, TIMER_OUTER_LIFE, row, row->since_ms);
}

bool escalate_open(struct broker *broker, const struct offer_row *offer, uint16_t cause,
        struct err *err)
{
    struct escalation_row row = row_of(broker, offer, cause), before;
    bool found;
    size_t n;

    if (!ledger_escalation_find(broker->ledger, &row.escalation_id, &before, &found,
                err))
        return false;
    if (found && !before.closed)
        return true;
    row.no = found ? before.no : 0;
    if (!ledger_escalation_put(broker->ledger, &row, err))
        return false;
    if ((found && !tell_readers(broker, &row, err)) ||
            !tell_coordinators(broker, &row, &n, err))
        return false;
    turn_due(broker, row.look_ms);
    if (n > 0)
        return true;
    row.due_ms = row.at_ms;
    make_gap(broker, &row);
    return ledger_escalation_put(broker->ledger, &row, err) &&
           note(broker, &row, "", GAP, err) && tell_sender(broker, offer, err);
}

/* ---- closing ---- */

static bool close_one(struct broker *broker, struct escalation_row *row,
        struct err *err)
{
    row->closed = true;
    row->gap = false;
    row->at_ms = broker->now_ms;
    row->look_ms = 0;
    return ledger_escalation_put(broker->ledger, row, err) &&
           note(broker, row, "", CLOSED, err) && tell_readers(broker, row, err);
}

/* offer 0: what was said of the whole referral. */
static bool close_all(struct broker *broker, int64_t referral, int64_t offer,
        bool given_up, struct err *err)
{
    struct escalation_row row = {.no = 0};
    bool found;

    while (true) {
        if (!ledger_escalation_open(broker->ledger, referral, row.no, &row, &found,
                    err))
            return false;
        if (!found)
            return true;
        row.given_up = given_up;
        if (row.offer == offer && !close_one(broker, &row, err))
            return false;
    }
}

bool escalate_moved(struct broker *broker, const struct offer_row *offer,
        struct err *err)
{
    return close_all(broker, offer->referral.no, offer->no, false, err);
}

bool escalate_settled(struct broker *broker, int64_t referral, struct err *err)
{
    return close_all(broker, referral, 0, false, err);
}

bool escalate_given_up(struct broker *broker, int64_t referral, struct err *err)
{
    return close_all(broker, referral, 0, true, err);
}

/* ---- asked after ---- */

/* As it was told, and over now. */
static bool mail_over(struct broker *broker, const struct escalation *said,
        const struct partner *reader, const struct partner *sender,
        const struct partner *target, struct err *err)
{
    struct escalation_row row = {
            .escalation_id = said->escalation_id,
            .referral_id = said->referral_id,
            .sender = sender->no,
            .target = target != NULL ? target->no : 0,
            .cause = said->cause,
            .urgency = said->urgency,
            .since_ms = (int64_t)said->since_ms,
            .at_ms = broker->now_ms,
            .due_ms = (int64_t)said->due_ms,
            .closed = true,
    };

    snprintf(row.area, sizeof row.area, "%s", said->area);
    return mail(broker, &row, reader, err);
}

bool escalate_asked(struct broker *broker, struct partner *reader,
        const struct escalation *said, struct err *err)
{
    const struct partner *sender = partners_find(broker->partners, said->sender);
    const struct partner *target = partners_find(broker->partners, said->target);
    struct decide_load load = partners_load(broker->partners, reader->no, 0);
    struct escalation_row row;
    bool found;

    if (!ledger_escalation_find(broker->ledger, &said->escalation_id, &row, &found,
                err))
        return false;
    /* Who comes back may still bring what it is about. */
    bool over = (!found || row.closed) && sender != NULL &&
                restore_is_whole(broker, sender->no) &&
                (target == NULL || restore_is_whole(broker, target->no));
    /* Each answer is a row of the log: who asks without end does not fill it. */
    bool room = load.letters < broker->conf.mailbox_letters &&
                partner_day_count(&reader->over, broker->now_ms) < OVER_A_DAY;
    if (!over || !room)
        return true;
    reader->over.n++;
    return mail_over(broker, said, reader, sender, target, err);
}

/* ---- letters ---- */

/* Was that partner told of one that is still open, and does it coordinate there still?
 */
static bool was_told(struct broker *broker, int64_t referral,
        const struct letter_core *core, bool *told, struct err *err)
{
    const struct partner *sender = partners_find(broker->partners, core->sender);
    struct escalation_row row = {.no = 0};
    uint32_t reader;
    bool found = sender != NULL;

    *told = false;
    while (found && !*told) {
        if (!ledger_escalation_open(broker->ledger, referral, row.no, &row, &found,
                    err))
            return false;
        if (!found || !coordinates(broker, core->sender, row.area))
            continue;
        if (!ledger_escalation_reader(broker->ledger, row.no, sender->no - 1, &reader,
                    err))
            return false;
        *told = reader == sender->no;
    }
    return true;
}

/* What that partner was told of has ended meanwhile. */
static bool was_told_before(struct broker *broker, int64_t referral,
        const struct letter_core *core, bool *told, struct err *err)
{
    const struct partner *sender = partners_find(broker->partners, core->sender);

    *told = false;
    if (sender == NULL || !coordinates(broker, core->sender, core->area))
        return true;
    return ledger_escalation_was_told(broker->ledger, referral, sender->no, told, err);
}

bool escalate_facts(struct broker *broker, const struct letter_core *core,
        struct facts *facts, struct err *err)
{
    struct referral_row referral;
    bool found;

    if (core->type == LETTER_TYPE_OVERVIEW || core->type == LETTER_TYPE_CONCERN)
        facts->recipient_coordinates = coordinates(broker, core->recipient, core->area);
    if (core->type != LETTER_TYPE_PROPOSAL)
        return true;
    if (!ledger_referral_find(broker->ledger, &core->referral_id, &referral, &found,
                err))
        return false;
    bool to_sender = found && strcmp(partners_name(broker->partners, referral.sender),
                                      core->recipient) == 0;
    if (!to_sender)
        return true;
    if (!was_told(broker, referral.no, core, &facts->sender_was_told, err))
        return false;
    return facts->sender_was_told ||
           was_told_before(broker, referral.no, core, &facts->told_it_is_over, err);
}

bool escalate_proposed(struct broker *broker, const struct letter_core *core,
        const struct letter_row *letter, struct err *err)
{
    struct referral_row referral;
    bool found;

    if (core->type != LETTER_TYPE_PROPOSAL)
        return true;
    if (!ledger_referral_find(broker->ledger, &core->referral_id, &referral, &found,
                err))
        return false;
    return !found || ledger_escalation_proposed(broker->ledger, referral.no,
                             letter->sender, letter->no, err);
}

/* ---- the clock ---- */

bool escalate_look(struct broker *broker, struct escalation_row *row, struct err *err)
{
    int64_t end_ms = after(broker, TIMER_OUTER_LIFE, row, row->since_ms);
    size_t n;

    if (broker->now_ms >= end_ms)
        return close_one(broker, row, err);
    if (!tell_coordinators(broker, row, &n, err))
        return false;
    /* Its time has passed; or whoever coordinated here does so no more. */
    bool becomes = !row->gap && (n == 0 || broker->now_ms >= row->due_ms);
    row->look_ms = row->gap ? end_ms : row->due_ms;
    if (becomes)
        make_gap(broker, row);
    return ledger_escalation_put(broker->ledger, row, err) &&
           (!becomes || note(broker, row, "", GAP, err));
}

bool escalate_again(struct broker *broker, struct err *err)
{
    turn_due(broker, LEDGER_OWED_MS);
    return ledger_escalations_look(broker->ledger, LEDGER_OWED_MS, err);
}
