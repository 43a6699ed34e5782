/* gateway_partnership.c - partnerships: proposed, agreed, ended, shown. */
#include "core/consent.h"
#include "nodes/gateway.h"
#include "nodes/partnerships.h"
#include "nodes/registry.h"

enum {
    PARTNERSHIPS_SHOWN_MAX = 500,
    TERM_DAYS = 365,       /* when nobody said otherwise */
    REMEMBERED_DAYS = 365, /* an end of terms is shown for so long after it */
};

/* Both sides say the same terms, byte for byte; a is the alphabetically first. */
static bool make_terms(struct node *node, const struct partnership_change *change,
        uint32_t until_day, struct span *packed, struct err *err)
{
    bool we_are_a = strcmp(node->partner, change->partner) < 0;
    struct terms terms = {
            .v = 1,
            .a = we_are_a ? node->partner : change->partner,
            .b = we_are_a ? change->partner : node->partner,
            .purposes = change->purposes,
            .n_purposes = change->n_purposes,
            .data_categories = change->data_categories,
            .n_data_categories = change->n_data_categories,
            .a_secrecy_bound =
                    we_are_a ? change->own_secrecy_bound : change->their_secrecy_bound,
            .b_secrecy_bound =
                    we_are_a ? change->their_secrecy_bound : change->own_secrecy_bound,
            .a_reason = we_are_a ? change->own_reason : change->their_reason,
            .b_reason = we_are_a ? change->their_reason : change->own_reason,
            .niss_allowed = change->niss_allowed,
            .until_day = until_day,
    };
    return wire_put_arena(&WIRE_TERMS, &terms, &node->scratch, packed, err);
}

static bool last_day(struct node *node, struct span terms, uint32_t *day,
        struct err *err)
{
    struct terms read;
    if (terms.len == 0)
        return true;
    if (!wire_get(&WIRE_TERMS, terms, &node->scratch, &read, err))
        return false;
    *day = read.until_day > *day ? read.until_day : *day;
    return true;
}

/* Our word: the terms that hold or shall hold, and what shall take their place. */
static bool say(struct node *node, struct gateway_call *call, struct span terms,
        struct span proposed, bool ended, const char *state, struct err *err)
{
    const char *partner = call->request->partnership->partner;
    struct partnership partnership = {.partner = partner,
            .terms = terms,
            .proposed = proposed};
    uint32_t until_day = 0;
    if (!last_day(node, terms, &until_day, err) ||
            !last_day(node, proposed, &until_day, err))
        return false;
    struct statement statement = {
            .kind = STATEMENT_KIND_PARTNERSHIP,
            .subject = partner,
            /* The terms end by themselves; that they did is to be seen for a while. */
            .until_ms = ((uint64_t)until_day + 1 + REMEMBERED_DAYS) * TIME_DAY_MS,
            .ended = ended,
            .partnership = &partnership,
    };
    return registry_statement(node, &statement, err) &&
           gateway_made(node, call, &(struct made){.state = state}, err);
}

static bool has_identifier(const struct partnership_change *change)
{
    for (size_t i = 0; i < change->n_data_categories; i++)
        if (change->data_categories[i] == DATA_CATEGORY_IDENTIFIER)
            return true;
    return false;
}

/* Terms that contradict themselves, or say nothing, are nobody's to sign. */
static void check_terms(struct gateway_call *call, uint32_t today, uint32_t until_day)
{
    const struct partnership_change *change = call->request->partnership;
    if (change->n_purposes == 0)
        gateway_wrong(call, E_FIELD, "purposes", WORDS_MISSING);
    if (change->n_data_categories == 0)
        gateway_wrong(call, E_FIELD, "data_categories", WORDS_MISSING);
    if (consent_row_twice(change->purposes, change->n_purposes))
        gateway_wrong(call, E_FIELD, "purposes", WORDS_TWICE);
    if (consent_row_twice(change->data_categories, change->n_data_categories))
        gateway_wrong(call, E_FIELD, "data_categories", WORDS_TWICE);
    if (change->own_secrecy_bound && text_is_blank(change->own_reason))
        gateway_wrong(call, E_FIELD, "own_reason", WORDS_SECRECY_REASON);
    if (change->their_secrecy_bound && text_is_blank(change->their_reason))
        gateway_wrong(call, E_FIELD, "their_reason", WORDS_SECRECY_REASON);
    if (change->niss_allowed && !has_identifier(change))
        gateway_wrong(call, E_FIELD, "niss_allowed", WORDS_NISS_CATEGORY);
    if (until_day < today || until_day > today + DIRECTORY_TERMS_DAYS_MAX)
        gateway_wrong(call, E_FIELD, "until_day", WORDS_TERMS_DAYS);
}

static struct partnership_view view_of(const struct node *node, const char *partner)
{
    return directory_partnership_view(node->directory, node->partner, partner,
            node_now(node));
}

static bool propose(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct partnership_change *change = call->request->partnership;
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    uint32_t until_day = change->until_day != 0 ? change->until_day : today + TERM_DAYS;
    const struct span none = {NULL, 0};
    struct span terms;
    check_terms(call, today, until_day);
    if (call->code != CODE_OK)
        return true;
    if (!make_terms(node, change, until_day, &terms, err))
        return false;
    struct partnership_view view = view_of(node, change->partner);
    /* The very terms that they proposed: that is a yes. */
    if (span_equal(terms, view.second))
        return say(node, call, terms, none, false, "active", err);
    if (view.in_force.len == 0)
        return say(node, call, terms, none, false, "proposed", err);
    /* What is in force stays so until both have said the new terms. */
    if (span_equal(terms, view.in_force))
        return say(node, call, terms, none, false, "active", err);
    return say(node, call, view.in_force, terms, false, "proposed", err);
}

static bool agree(struct node *node, struct gateway_call *call, struct err *err)
{
    const char *partner = call->request->partnership->partner;
    struct partnership_view view = view_of(node, partner);
    if (view.second.len > 0)
        return say(node, call, view.second, (struct span){NULL, 0}, false, "active",
                err);
    /* Agreed before: nothing is left to say. */
    if (view.state == PARTNERSHIP_ACTIVE)
        return gateway_made(node, call, &(struct made){.state = "active"}, err);
    return gateway_wrong(call, E_NOT_FOUND, "partner", WORDS_NOT_PROPOSED);
}

/* Either side alone, and at once. Who ends what only the other side has said refuses it
 * for good. */
static bool end(struct node *node, struct gateway_call *call, struct err *err)
{
    struct partnership_view view = view_of(node, call->request->partnership->partner);
    const struct span words[] = {view.in_force, view.first, view.second, view.last};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (words[i].len > 0)
            return say(node, call, words[i], (struct span){NULL, 0}, true, "ended",
                    err);
    return gateway_wrong(call, E_NOT_FOUND, "partner", WORDS_NOT_PROPOSED);
}

bool gateway_partnership(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct partnership_change *change = call->request->partnership;
    const struct member *other =
            gateway_partner(node, call, "partner", change->partner);
    if (other == NULL)
        return true;
    /* An antenna has no voice of its own: its partnership is that of who supports it.
     */
    if (strcmp(other->partner, change->partner) != 0)
        return gateway_wrong_naming(node, call, E_FIELD, "partner", WORDS_ANTENNA,
                other->partner);
    switch (change->verb) {
    case PARTNERSHIP_VERB_PROPOSE: return propose(node, call, err);
    case PARTNERSHIP_VERB_AGREE: return agree(node, call, err);
    case PARTNERSHIP_VERB_END: return end(node, call, err);
    case PARTNERSHIP_VERB_NONE: break;
    }
    return gateway_wrong(call, E_FIELD, "verb", WORDS_VERB);
}

bool gateway_partnerships(struct node *node, struct gateway_call *call, struct err *err)
{
    const char *partner = call->request->partnerships->partner;
    struct partnership_list *list = arena_take(&node->scratch, sizeof *list);
    struct partnership_line *lines =
            arena_take(&node->scratch, PARTNERSHIPS_SHOWN_MAX * sizeof *lines);
    if (list == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room for the partnerships");
    list->partnerships = lines;
    call->reply.partnerships = list;
    if (partner[0] != '\0') {
        /* For an antenna: that of the partner that supports it. */
        const struct member *other = gateway_partner(node, call, "partner", partner);
        bool there = false;
        if (other != NULL && !partnerships_line(node, other, &there, lines, err))
            return false;
        if (call->code == CODE_OK && !there)
            return gateway_wrong(call, E_NOT_FOUND, "partner", WORDS_NO_PARTNERSHIP);
        list->n_partnerships = there;
        return true;
    }
    size_t n_members = directory_member_count(node->directory);
    for (size_t i = 0; i < n_members && list->n_partnerships < PARTNERSHIPS_SHOWN_MAX;
            i++) {
        const struct member *member = directory_member_at(node->directory, i);
        bool there = false;
        if (member->role == ROLE_NODE && strcmp(member->partner, node->partner) != 0 &&
                !partnerships_line(node, member, &there, &lines[list->n_partnerships],
                        err))
            return false;
        list->n_partnerships += there;
    }
    return true;
}
