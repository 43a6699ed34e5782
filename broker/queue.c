/* queue.c - lists of candidates: whose turn it is, and what a step of one of them means
 * for the others. All in the transaction of the step, or by the timers, which look at
 * every candidate that is due. */
#include "broker/decide_turn.h"
#include "broker/put.h"
#include "core/time.h"
#include "core/vocab.h"

/* When a candidate that cannot be asked just now is looked at again. */
enum { TURN_AGAIN_MS = TIME_MINUTE_MS };

static int64_t turn_ms(const struct offer_row *offer)
{
    return LEDGER_TURN_MS + record_priority(offer->urgency);
}

void queue_wait(struct offer_row *offer, bool first)
{
    bool at_once = first || offer->referral.mode == MODE_FIRST_CLAIM;

    offer->due_ms = at_once ? turn_ms(offer) : 0;
}

void queue_restored(struct offer_row *offer)
{
    if (offer->state == OFFER_STATE_QUEUED || lifecycle_moves_on(offer->state))
        offer->due_ms = turn_ms(offer);
}

static bool look_at(struct broker *broker, const struct offer_row *offer,
        int64_t due_ms, struct err *err)
{
    turn_due(broker, due_ms);
    return ledger_offer_due_at(broker->ledger, offer->no, due_ms, err);
}

/* ---- what is known when a turn may have come ---- */

static bool facts_of_others(struct broker *broker, const struct offer_row *offer,
        struct turn_facts *facts, struct err *err)
{
    struct offer_row other = {.no = 0};
    bool found;

    while (true) {
        if (!ledger_offer_of_referral(broker->ledger, offer->referral.no, other.no,
                    &other, &found, err))
            return false;
        if (!found)
            return true;
        if (other.no == offer->no)
            continue;
        if (other.state != OFFER_STATE_QUEUED)
            facts->asked = true;
        else if (other.place < offer->place)
            facts->one_before = true;
    }
}

static void facts_of_sender(struct broker *broker, const struct offer_row *offer,
        struct turn_facts *facts)
{
    const struct partner *sender = partners_get(broker->partners, offer->sender);

    if (sender == NULL)
        return;
    facts->sender_live = directory_live_member(broker->directory, sender->name,
                                 broker->now_ms) != NULL;
    facts->sender_suspended = sender->suspended;
    facts->sender_in_step = !restore_awaits(broker, sender->no);
}

static void facts_of_target(struct broker *broker, const struct offer_row *offer,
        const struct letter_core *core, struct turn_facts *facts)
{
    const struct directory *directory = broker->directory;
    const char *node = partners_name(broker->partners, offer->target);
    bool behalf = core->on_behalf_of != NULL && core->on_behalf_of[0] != '\0';
    const char *reader = behalf ? core->on_behalf_of : node;
    const struct member *member =
            directory_live_member(directory, node, broker->now_ms);

    facts->target_live =
            member != NULL && member->role == ROLE_NODE &&
            directory_live_member(directory, reader, broker->now_ms) != NULL &&
            directory_epoch_key(directory, node, broker->now_ms) != NULL;
    facts->intake_open =
            directory_intake(directory, reader, broker->now_ms) == INTAKE_STATE_OPEN;
}

/* The newest preview that lies ready. */
static bool find_preview(struct broker *broker, const struct offer_row *offer,
        struct letter_row *preview, bool *there, struct err *err)
{
    struct letter_row letter = {.no = 0};
    bool found = true;

    *there = false;
    while (found) {
        if (!ledger_letter_of_offer(broker->ledger, offer->no, letter.no, &letter,
                    &found, err))
            return false;
        if (found && letter.type == LETTER_TYPE_PREVIEW &&
                letter.state == LETTER_LODGED) {
            *preview = letter;
            *there = true;
        }
    }
    return true;
}

/* What a preview needs, as at every hand-over; it points into core and capsule. */
static bool facts_of_consent(struct broker *broker, const struct offer_row *offer,
        const struct letter_core *core, struct consent *capsule,
        struct turn_facts *facts, struct err *err)
{
    struct consent_case *needs = &facts->needs;
    struct consent_row row;
    bool found;

    if (!ledger_consent_get(broker->ledger, offer->consent, &broker->frame, &row,
                &found, err))
        return false;
    if (found && row.bytes.len > 0) {
        if (!capsules_get(broker->capsules, &row.hash, row.bytes, capsule, err))
            return false;
        needs->capsule = capsule;
    }
    const struct partner *collector =
            found ? partners_get(broker->partners, row.collector) : NULL;
    needs->withdrawn = found && row.withdrawn != 0;
    needs->conflict = found && row.conflict;
    needs->stale =
            found && !row.confirmed && (collector == NULL || !collector->in_step);
    needs->offer_sender = partners_name(broker->partners, offer->sender);
    needs->offer_target = partners_name(broker->partners, offer->target);
    needs->lodging = true;
    needs->first_claim = offer->referral.mode == MODE_FIRST_CLAIM;
    needs->onward_used = offer->depth;
    put_needs(broker, core, needs);
    return true;
}

static bool judge(struct broker *broker, const struct offer_row *offer,
        enum turn_verdict *verdict, enum code *code, struct err *err)
{
    struct letter_core core = {.on_behalf_of = ""};
    struct consent capsule;
    struct letter_row preview = {.no = 0};
    struct span bytes;
    struct turn_facts facts = {
            .now_ms = broker->now_ms,
            .mode = offer->referral.mode,
            .winner = offer->referral.winner != 0,
            .preview_awaited = restore_awaits_letters(broker, offer),
    };

    if (!facts_of_others(broker, offer, &facts, err) ||
            !ledger_referral_stopped(broker->ledger, offer, &facts.stopped, err) ||
            !find_preview(broker, offer, &preview, &facts.preview_there, err))
        return false;
    if (facts.preview_there) {
        facts.preview_until_ms = preview.expires_ms;
        if (!ledger_letter_sealed(broker->ledger, preview.no, &broker->frame, &bytes,
                    err) ||
                !put_core(bytes, &broker->frame, &core, err) ||
                !facts_of_consent(broker, offer, &core, &capsule, &facts, err))
            return false;
    }
    facts_of_sender(broker, offer, &facts);
    facts_of_target(broker, offer, &core, &facts);
    *verdict = decide_turn(&facts, code);
    return true;
}

/* ---- the turn ---- */

static bool ask(struct broker *broker, struct offer_row *offer, struct err *err)
{
    const struct offer_word word = {OFFER_EVENT_TURN, LIFECYCLE_BROKER, ""};
    bool moved;
    uint32_t slip;

    return routing_step(broker, offer, &word, &moved, err) &&
           (!moved || (record_status(broker, offer, "", &slip, err) &&
                              routing_notice(broker, offer, offer->sender, slip, err) &&
                              routing_ask(broker, offer, slip, err)));
}

bool queue_turn(struct broker *broker, struct offer_row *offer, struct err *err)
{
    struct offer_word word = {OFFER_EVENT_SKIP, LIFECYCLE_BROKER, ""};
    enum turn_verdict verdict;
    enum code code;
    bool moved;

    if (!judge(broker, offer, &verdict, &code, err))
        return false;
    switch (verdict) {
    case TURN_GO: return ask(broker, offer, err);
    case TURN_WAIT:
        return look_at(broker, offer, broker->now_ms + (int64_t)TURN_AGAIN_MS, err);
    case TURN_QUEUE: return look_at(broker, offer, 0, err);
    case TURN_LOST: word.event = OFFER_EVENT_NOT_SELECTED; break;
    case TURN_SKIP: word.code = code_name(code); break;
    }
    return routing_word(broker, offer, &word, &moved, err);
}

/* ---- what one step means for the others ---- */

/* Whoever is next is looked at, unless its end is owed already. *left: somebody is, or
 * was asked and has not decided. */
static bool next_one(struct broker *broker, const struct offer_row *offer, bool *left,
        struct err *err)
{
    struct offer_row other = {.no = 0}, next = {.no = 0};
    bool found = true;

    *left = false;
    while (found) {
        if (!ledger_offer_of_referral(broker->ledger, offer->referral.no, other.no,
                    &other, &found, err))
            return false;
        *left = *left || (found && other.no != offer->no);
        if (found && other.state == OFFER_STATE_QUEUED &&
                (next.no == 0 || other.place < next.place))
            next = other;
    }
    return next.no == 0 || next.due_ms != 0 ||
           look_at(broker, &next, turn_ms(&next), err);
}

/* Did its sender give the referral up, was its consent taken back, or has something
 * else become of it since? All are asked of what a lost store gets back. */
static bool is_settled(struct broker *broker, const struct offer_row *offer,
        bool *settled, struct err *err)
{
    struct consent_row consent;
    bool found = false;

    if (offer->consent != 0 && !ledger_consent_get(broker->ledger, offer->consent,
                                       &broker->frame, &consent, &found, err))
        return false;
    *settled = offer->referral.closed != REFERRAL_NOT_CLOSED ||
               (found && consent.withdrawn != 0);
    return *settled || ledger_referral_since(broker->ledger, offer, settled, err);
}

/* Said apart from the step itself, so that its sender hears of that first. */
bool queue_ended(struct broker *broker, const struct offer_row *offer, struct err *err)
{
    struct turn_facts facts = {.mode = MODE_NONE};
    bool left, settled;

    facts_of_sender(broker, offer, &facts);
    if (!facts.sender_in_step)
        return look_at(broker, offer, broker->now_ms + (int64_t)TURN_AGAIN_MS, err);
    return look_at(broker, offer, 0, err) && next_one(broker, offer, &left, err) &&
           is_settled(broker, offer, &settled, err) &&
           (left || settled ||
                   escalate_open(broker, offer,
                           left_cause(broker, offer, ESCALATION_CAUSE_UNPLACED), err));
}

bool queue_others_may_take(struct broker *broker, const struct offer_row *offer,
        bool *may, struct err *err)
{
    struct offer_row other = {.no = 0};
    bool found = true;

    *may = false;
    while (found && !*may) {
        if (!ledger_offer_of_referral(broker->ledger, offer->referral.no, other.no,
                    &other, &found, err))
            return false;
        /* Of several that nobody looked at the first one stands for all. */
        bool unseen = other.state == OFFER_STATE_REQUESTED && other.no >= offer->no;
        bool open = other.state == OFFER_STATE_QUEUED ||
                    lifecycle_is_undecided(other.state);
        *may = found && open && !unseen;
    }
    return true;
}

/* Nobody else is asked any more; and who was, and has not decided, hears so. */
static bool end_others(struct broker *broker, const struct offer_row *offer,
        const struct offer_word *word, struct err *err)
{
    struct offer_row other = {.no = 0};
    bool found, moved;

    while (true) {
        if (!ledger_offer_of_referral(broker->ledger, offer->referral.no, other.no,
                    &other, &found, err))
            return false;
        if (!found)
            return true;
        bool undecided = other.state == OFFER_STATE_QUEUED ||
                         lifecycle_is_undecided(other.state);
        if (other.no != offer->no && undecided &&
                !routing_word(broker, &other, word, &moved, err))
            return false;
    }
}

static bool won(struct broker *broker, const struct offer_row *offer, struct err *err)
{
    static const struct offer_word lost = {OFFER_EVENT_NOT_SELECTED, LIFECYCLE_BROKER,
            ""};

    return !decide_is_list(offer->referral.mode) ||
           end_others(broker, offer, &lost, err);
}

bool queue_brought(struct broker *broker, const struct offer_row *offer,
        struct err *err)
{
    struct offer_row other = {.no = 0};
    bool found = true;

    if (!decide_is_list(offer->referral.mode))
        return true;
    if (lifecycle_is_taken(offer->state))
        return won(broker, offer, err);
    if (!lifecycle_is_terminal(offer->state) || lifecycle_moves_on(offer->state))
        return true;
    while (found) {
        if (!ledger_offer_of_referral(broker->ledger, offer->referral.no, other.no,
                    &other, &found, err))
            return false;
        if (found && other.state == OFFER_STATE_QUEUED && other.due_ms == 0 &&
                !look_at(broker, &other, turn_ms(&other), err))
            return false;
    }
    return true;
}

bool queue_others(struct broker *broker, const struct offer_row *offer,
        const struct offer_move *move, struct err *err)
{
    /* The sender's word about one of them stops the list. */
    static const struct offer_word stopped = {OFFER_EVENT_CANCEL, LIFECYCLE_SENDER, ""};

    bool list = decide_is_list(offer->referral.mode);
    bool left = false;

    if ((move->step.effects & EFFECT_NEXT_CANDIDATE) != 0)
        return (!list || next_one(broker, offer, &left, err)) &&
               (left || look_at(broker, offer, turn_ms(offer), err));
    if (!list)
        return true;
    if ((move->step.effects & EFFECT_HAND_OVER_CONTENT) != 0)
        return won(broker, offer, err);
    bool stops =
            !id_is_none(&move->msg_id) &&
            (move->event == OFFER_EVENT_CANCEL || move->event == OFFER_EVENT_IN_ERROR);
    return !stops || end_others(broker, offer, &stopped, err);
}
