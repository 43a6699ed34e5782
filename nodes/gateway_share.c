/* gateway_share.c - subscriptions to signals: said, listed, and served by sealed
 * letters as far as the person's consent, a partnership and the level allow it. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/disclose.h"
#include "nodes/gateway_signals.h"
#include "nodes/registry.h"
#include "nodes/whose.h"

enum { SHARES_MAX = 50, SUBSCRIPTIONS_MAX = 300 };

/* ------------------------------------------------------------- saying it */

/* The last moment that it may count, or the end of the day that was named; 0: too late.
 */
static uint64_t until_of(const struct node *node, uint32_t until_day)
{
    int64_t now = node_now(node);
    int64_t last_ms = now + (int64_t)DIRECTORY_SUBSCRIPTION_DAYS_MAX * TIME_DAY_MS;
    if (until_day == 0)
        return (uint64_t)last_ms;
    if (until_day > INT32_MAX / 2)
        return 0;
    int64_t end_ms = time_day_start((int32_t)until_day + 1);
    return end_ms > now && end_ms <= last_ms ? (uint64_t)end_ms : 0;
}

static void check_subscription(struct node *node, struct gateway_call *call,
        const struct set_subscription *set)
{
    if (set->n_areas == 0)
        gateway_wrong(call, E_FIELD, "areas", WORDS_MISSING);
    gateway_places(node, call, "areas", set->areas, set->n_areas);
    if (set->n_needs == 0)
        gateway_wrong(call, E_FIELD, "needs", WORDS_MISSING);
}

bool gateway_subscription(struct node *node, struct gateway_call *call, struct err *err)
{
    static const uint16_t person[] = {SIGNAL_KIND_PERSON};
    const struct set_subscription *set = call->request->subscription;
    const struct subscription says = {
            .areas = set->areas,
            .n_areas = set->n_areas,
            .needs = set->needs,
            .n_needs = set->n_needs,
            .level_max = set->level_max != LEVEL_NONE ? set->level_max : LEVEL_S1,
            .kinds = set->n_kinds > 0 ? set->kinds : person,
            .n_kinds = set->n_kinds > 0 ? set->n_kinds : 1,
    };
    struct statement statement = {
            .kind = STATEMENT_KIND_SUBSCRIPTION,
            .subject = "",
            .until_ms = until_of(node, set->until_day),
            .ended = set->end,
            .subscription = set->end ? NULL : &says,
    };
    struct directory_walk walk = directory_walk_by(node->directory, node->partner,
            STATEMENT_KIND_SUBSCRIPTION, node_now(node));
    if (set->end && directory_next(&walk) == NULL)
        return gateway_wrong(call, E_NOT_FOUND, "end", WORDS_NOT_SAID);
    if (!set->end)
        check_subscription(node, call, set);
    if (statement.until_ms == 0)
        gateway_wrong(call, E_TTL, "until_day", WORDS_SUBSCRIPTION_DAYS);
    return call->code != CODE_OK ||
           (registry_statement(node, &statement, err) &&
                   gateway_made(node, call,
                           &(struct made){.state = set->end ? "ended" : "published"},
                           err));
}

bool gateway_subscriptions(struct node *node, struct gateway_call *call,
        struct err *err)
{
    const char *of = call->request->subscriptions->partner;
    struct supply_line *lines =
            arena_take(&node->scratch, SUBSCRIPTIONS_MAX * sizeof *lines);
    struct supply_list *list = arena_take(&node->scratch, sizeof *list);
    size_t n = 0;
    if (lines == NULL || list == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const char *partner = directory_member_at(node->directory, i)->partner;
        struct directory_walk walk = directory_walk_by(node->directory, partner,
                STATEMENT_KIND_SUBSCRIPTION, node_now(node));
        const struct statement *said = directory_next(&walk);
        if (said == NULL || n == SUBSCRIPTIONS_MAX ||
                (of[0] != '\0' && strcmp(of, partner) != 0))
            continue;
        lines[n++] = (struct supply_line){.kind = STATEMENT_KIND_SUBSCRIPTION,
                .partner = partner,
                .author = partner,
                .subscription = said->subscription,
                .said_ms = said->issued_ms,
                .until_ms = said->until_ms};
    }
    *list = (struct supply_list){.lines = lines, .n_lines = n};
    call->reply.supply = list;
    return true;
}

/* ------------------------------------------------------------- serving it */

/* Does this partner want it? We ourselves and who sent or gets it already do not. */
static bool wants(const struct node *node, const struct member *member,
        const struct raise_signal *raise, const char *except)
{
    const struct signal *signal = raise->signal;
    const struct content content = {.signal = signal};
    struct directory_walk walk = directory_walk_by(node->directory, member->partner,
            STATEMENT_KIND_SUBSCRIPTION, node_now(node));
    const struct statement *said = directory_next(&walk);
    return said != NULL && strcmp(member->partner, node->partner) != 0 &&
           strcmp(member->partner, except) != 0 &&
           directory_wanted(said->subscription, raise->area, signal->place,
                   signal->needs, signal->n_needs, disclose_content(&content).level);
}

bool gateway_signal_share(struct node *node, const struct gateway_call *call,
        const struct raise_signal *raise, const char *except, const struct id *story,
        struct made *made, struct err *err)
{
    struct share *shares = arena_take(&node->scratch, SHARES_MAX * sizeof *shares);
    size_t n = 0;
    if (shares == NULL)
        return err_set(err, E_SIZE, "no room for who subscribed");
    /* Nobody's subscription opens a way without the person's consent. */
    if (raise->consent_number == 0)
        return true;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct member *member = directory_member_at(node->directory, i);
        struct raise_signal one = *raise;
        bool has = false;
        one.recipient = member->partner;
        if (n == SHARES_MAX || !wants(node, member, raise, except))
            continue;
        if (story != NULL &&
                !spool_signal_sent(node->db, story, member->partner, &has, err))
            return false;
        if (has)
            continue;
        if (!gateway_signal_send(node, call, &one, &shares[n++], err))
            return false;
        made->count += shares[n - 1].code[0] == '\0';
    }
    made->shares = shares;
    made->n_shares = n;
    return true;
}

/* What came in a signal, as it would be raised by us: with the id of its story. */
static bool read_signal(struct node *node, struct gateway_call *call,
        struct signalled *from, struct raise_signal *raise, struct err *err)
{
    struct content *content = arena_take(&node->scratch, sizeof *content);
    struct signal *signal = arena_take(&node->scratch, sizeof *signal);
    struct span packed;
    bool found = false;
    if (content == NULL || signal == NULL)
        return err_set(err, E_SIZE, "no room for a signal");
    if (from->file.key.there && from->file.content != 0 &&
            !cases_read(node, &from->file, from->file.content, &found, &packed, content,
                    err))
        return false;
    if (!found || content->signal == NULL)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_NO_SIGNAL);
    *signal = *content->signal;
    raise->signal = signal;
    raise->area = from->file.area;
    raise->urgency = from->file.urgency;
    return signals_correlation(node, &from->signal, &signal->correlation_id, err);
}

/* What was ended goes to nobody any more; what became a referral may need others too.
 */
bool gateway_share(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct share_signal *asked = call->request->share;
    struct raise_signal raise = {.consent_number = asked->consent_number};
    struct made made = {.case_number = asked->case_number, .state = "shared"};
    struct signalled from;
    struct whose_ask whose = {.said = false};
    if (!gateway_find_signal(node, call, asked->case_number, &from, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (asked->consent_number == 0)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    if (!signals_is_open(from.signal.state) &&
            from.signal.state != SIGNAL_STATE_CONVERTED)
        return gateway_refuse(call, E_TRANSITION);
    if (!read_signal(node, call, &from, &raise, err))
        return false;
    if (call->code == CODE_OK && !whose_check_signal(node, call, asked->consent_number,
                                         raise.signal, asked->same_person, &whose, err))
        return false;
    return call->code != CODE_OK ||
           (gateway_signal_share(node, call, &raise, from.file.other,
                    &from.signal.story, &made, err) &&
                   whose_keep(node, call, &whose, from.file.number, err) &&
                   gateway_made(node, call, &made, err));
}
