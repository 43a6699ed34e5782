/* partnerships.c - how we stand with other partners, for people. */
#include "nodes/partnerships.h"

enum { ANTENNAS_SHOWN_MAX = 100 };

const char *partnerships_state(const struct node *node, const char *partner)
{
    struct partnership_fact fact = directory_partnership(node->directory, node->partner,
            partner, node_now(node));
    switch (fact.state) {
    case PARTNERSHIP_NONE: return "none";
    case PARTNERSHIP_ONE_SIDED: return fact.proposed_by_first ? "proposed" : "to_agree";
    case PARTNERSHIP_ACTIVE: return "active";
    case PARTNERSHIP_ENDED: return "ended";
    }
    return "none";
}

/* Terms as we see them: a is the alphabetically first partner. NULL: none. */
static bool terms_line(struct node *node, const char *partner, struct span packed,
        const struct terms_line **out, struct err *err)
{
    struct terms *terms = arena_take(&node->scratch, sizeof *terms);
    struct terms_line *line = arena_take(&node->scratch, sizeof *line);
    bool we_are_a = strcmp(node->partner, partner) < 0;
    *out = NULL;
    if (packed.len == 0)
        return true;
    if (terms == NULL || line == NULL)
        return err_set(err, E_SIZE, "no room for a partnership");
    if (!wire_get(&WIRE_TERMS, packed, &node->scratch, terms, err))
        return err_wrap(err, "the terms with %s", partner);
    *line = (struct terms_line){
            .purposes = terms->purposes,
            .n_purposes = terms->n_purposes,
            .data_categories = terms->data_categories,
            .n_data_categories = terms->n_data_categories,
            .own_secrecy_bound =
                    we_are_a ? terms->a_secrecy_bound : terms->b_secrecy_bound,
            .their_secrecy_bound =
                    we_are_a ? terms->b_secrecy_bound : terms->a_secrecy_bound,
            .own_reason = we_are_a ? terms->a_reason : terms->b_reason,
            .their_reason = we_are_a ? terms->b_reason : terms->a_reason,
            .niss_allowed = terms->niss_allowed,
            .until_day = terms->until_day,
    };
    *out = line;
    return true;
}

static bool ends_soon(const struct node *node, uint32_t until_day)
{
    int32_t today = time_brussels_day(node_now(node));
    return (int64_t)until_day < (int64_t)today + PARTNERSHIPS_WARN_DAYS;
}

/* What is left to do, for each side. */
static void todo_of(const struct node *node, const struct partnership_view *view,
        struct partnership_line *line)
{
    bool renew = line->in_force != NULL && ends_soon(node, line->in_force->until_day) &&
                 line->ours == NULL && line->theirs == NULL;
    bool lapsed = view->state == PARTNERSHIP_ENDED && !view->first_ended &&
                  !view->second_ended;
    const char *both = renew ? "renew" : lapsed ? "propose" : "";
    line->own_todo = line->theirs != NULL ? "agree" : both;
    line->their_todo = line->ours != NULL ? "agree" : both;
}

/* An antenna is reached through the partner that supports it. */
static bool antennas_of(struct node *node, const char *partner,
        struct partnership_line *line, struct err *err)
{
    int64_t now = node_now(node);
    const char **names = arena_take(&node->scratch, ANTENNAS_SHOWN_MAX * sizeof *names);
    size_t n = 0;
    if (names == NULL)
        return err_set(err, E_SIZE, "no room for a partnership");
    for (size_t i = 0;
            n < ANTENNAS_SHOWN_MAX && i < directory_member_count(node->directory);
            i++) {
        const struct member *member = directory_member_at(node->directory, i);
        if (member->role == ROLE_SUPPORTED &&
                strcmp(member->supported_by, partner) == 0 &&
                directory_live_member(node->directory, member->partner, now) != NULL)
            names[n++] = member->partner;
    }
    line->antennas = names;
    line->n_antennas = n;
    return true;
}

bool partnerships_line(struct node *node, const struct member *member, bool *there,
        struct partnership_line *line, struct err *err)
{
    const char *partner = member->partner;
    struct partnership_view view = directory_partnership_view(node->directory,
            node->partner, partner, node_now(node));
    *there = view.state != PARTNERSHIP_NONE;
    if (!*there)
        return true;
    *line = (struct partnership_line){
            .partner = partner,
            .name = member->name,
            .state = partnerships_state(node, partner),
            .ended_by = view.first_ended    ? node->partner
                        : view.second_ended ? partner
                                            : "",
    };
    if (!terms_line(node, partner, view.in_force, &line->in_force, err) ||
            !terms_line(node, partner, view.first, &line->ours, err) ||
            !terms_line(node, partner, view.second, &line->theirs, err) ||
            !terms_line(node, partner, view.last, &line->last, err))
        return false;
    todo_of(node, &view, line);
    return antennas_of(node, partner, line, err);
}

/* The last day of one that needs an answer; false: it needs none. */
static bool end_of(struct node *node, const struct partnership_line *line,
        struct partnership_end *end)
{
    bool over = strcmp(line->state, "ended") == 0 && line->ended_by[0] == '\0' &&
                line->last != NULL;
    bool soon = line->in_force != NULL && ends_soon(node, line->in_force->until_day);
    if (!over && !soon)
        return false;
    *end = (struct partnership_end){
            .partner = line->partner,
            .until_day = over ? line->last->until_day : line->in_force->until_day,
            .over = over,
            .todo = line->theirs != NULL ? "agree"
                    : line->ours != NULL ? "wait"
                                         : "renew",
    };
    return true;
}

void partnerships_to_agree(const struct node *node,
        const char *names[PARTNERSHIPS_ENDS_SHOWN], size_t *n_names)
{
    *n_names = 0;
    for (size_t i = 0; *n_names < PARTNERSHIPS_ENDS_SHOWN &&
                       i < directory_member_count(node->directory);
            i++) {
        const struct member *member = directory_member_at(node->directory, i);
        if (member->role != ROLE_NODE || strcmp(member->partner, node->partner) == 0)
            continue;
        struct partnership_view view = directory_partnership_view(node->directory,
                node->partner, member->partner, node_now(node));
        if (view.second.len > 0)
            names[(*n_names)++] = member->partner;
    }
}

bool partnerships_ends(struct node *node, struct partnership_end *ends, size_t *n_ends,
        struct err *err)
{
    *n_ends = 0;
    for (size_t i = 0; *n_ends < PARTNERSHIPS_ENDS_SHOWN &&
                       i < directory_member_count(node->directory);
            i++) {
        const struct member *member = directory_member_at(node->directory, i);
        struct partnership_line line;
        bool there = false;
        bool other = member->role == ROLE_NODE &&
                     strcmp(member->partner, node->partner) != 0;
        if (other && !partnerships_line(node, member, &there, &line, err))
            return false;
        if (there && end_of(node, &line, &ends[*n_ends]))
            ++*n_ends;
    }
    return true;
}
