/* workload_right.c - what persons may ask of those who hold something of them, how long
 * things are kept, and what coordinators do about what got stuck. */
#include "core/time.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

/* ------------------------------------------------------------ rights */

static void ask_for_a_right(void)
{
    static const struct person person = {.name = "Rosa Verbeterd"};
    static const struct referral corrected = {.person = &person};
    const char *id = workload_node(workload_any_sender());
    struct rights_ask wish = {.case_number = 0};
    struct request request = {.rights_ask = &wish};

    wish.case_number = workload_case_of(id, CASE_KIND_REFERRAL_OUT);
    if (wish.case_number == 0)
        return;
    wish.right = (enum letter_type)(LETTER_TYPE_ACCESS + sim_below(3));
    if (wish.right == LETTER_TYPE_RECTIFY)
        wish.corrected = &corrected;
    wish.own = wish.right == LETTER_TYPE_ERASE && workload_chance(30);
    workload_ask(id, &request);
}

/* A request of others that has no final answer yet; false: there is none. */
static bool any_open_right(const char *id, struct rights_line *open)
{
    const struct rights_list list = {.open = true};
    struct request request = {.rights_list = &list};
    const struct reply *reply = workload_ask(id, &request);
    bool found = false;

    if (reply == NULL || reply->rights == NULL)
        return false;
    for (size_t i = 0; i < reply->rights->n_lines; i++)
        if (!reply->rights->lines[i].ours && (!found || workload_chance(30))) {
            *open = reply->rights->lines[i];
            found = true;
        }
    return found;
}

/* Mostly what was asked; else no, or later, with why. */
static void answer_it(const char *id, const struct rights_line *open)
{
    struct rights_answer wish = {.number = open->number, .words = "as kept"};
    struct request request = {.rights_answer = &wish};

    wish.answer = open->right == LETTER_TYPE_ACCESS ? RIGHTS_ANSWER_GIVEN
                                                    : RIGHTS_ANSWER_DONE;
    if (workload_chance(40)) {
        wish.answer =
                (uint16_t)(RIGHTS_ANSWER_GIVEN + sim_below(RIGHTS_ANSWER_EXTENDED));
        wish.reason = (uint16_t)(RIGHTS_REASON_RETENTION_DUTY +
                                 sim_below(RIGHTS_REASON_MANY_REQUESTS));
        if (workload_chance(50))
            wish.retention = workload_one_of(VOCAB_RETENTION_BASIS);
    }
    workload_ask(id, &request);
}

static void answer_a_right(void)
{
    size_t at = workload_any();
    struct rights_line open;

    for (size_t i = 0; i < workload_life()->n_nodes; i++) {
        const char *id = workload_node((at + i) % workload_life()->n_nodes);
        if (any_open_right(id, &open)) {
            answer_it(id, &open);
            return;
        }
    }
    ask_for_a_right();
}

void workload_rights(void)
{
    if (workload_chance(50))
        ask_for_a_right();
    else
        answer_a_right();
}

/* ------------------------------------------------------------ keeping */

/* An erase receipt that never came is settled by a person; what nobody misses is
 * refused. */
static void settle_erase(void)
{
    const char *id = workload_node(workload_any_sender());
    struct settle_erase wish = {.case_number = workload_unerased(id), .partner = ""};
    struct request request = {.erase_settle = &wish};

    if (wish.case_number == 0 && workload_chance(20))
        wish.case_number = workload_case_of(id, CASE_KIND_REFERRAL_OUT);
    if (wish.case_number == 0)
        return;
    wish.reason = (uint16_t)(RIGHTS_REASON_CONFIRMED_OTHERWISE + sim_below(4));
    workload_ask(id, &request);
}

static void keep_to_the_terms(void)
{
    struct retention_ask wish = {.run = true};
    struct request request = {.retention = &wish};

    workload_ask(workload_any_node(), &request);
}

/* What was found wrong with the broker's log has been seen. */
static void see_the_log(void)
{
    const struct audit_seen wish = {.confirmed = true};
    struct request request = {.audit_seen = &wish};

    workload_ask(workload_any_node(), &request);
}

void workload_keep(void)
{
    static void (*const ways[])(void) = {settle_erase, keep_to_the_terms, see_the_log};

    ways[sim_below(COUNT_OF(ways))]();
}

/* ------------------------------------------------------------ coordinators */

static uint64_t any_escalation(const char *id)
{
    const struct list_escalations list = {.all = workload_chance(10)};
    struct request request = {.escalations = &list};
    const struct reply *reply = workload_ask(id, &request);

    if (reply == NULL || reply->escalations == NULL ||
            reply->escalations->n_escalations == 0)
        return 0;
    return reply->escalations
            ->escalations[sim_below((uint32_t)reply->escalations->n_escalations)]
            .number;
}

static void propose(size_t at, uint64_t number)
{
    const char *candidates[WORKLOAD_CANDIDATES_MAX];
    struct assign wish = {.number = number, .candidates = candidates};
    struct request request = {.assign = &wish};

    if (workload_chance(80))
        wish.n_candidates = workload_any_candidates(at, candidates);
    workload_ask(workload_node(at), &request);
}

static void hand_over(size_t at, uint64_t number)
{
    size_t other =
            at == REGION_COORDINATOR ? REGION_COORDINATOR_TWO : REGION_COORDINATOR;
    const struct hand_on wish = {.number = number, .partner = workload_node(other)};
    struct request request = {.hand_on = &wish};

    if (workload_life()->n_nodes > other)
        workload_ask(workload_node(at), &request);
}

void workload_coordinate(void)
{
    size_t at = workload_chance(70) ? REGION_COORDINATOR : REGION_COORDINATOR_TWO;

    if (workload_life()->n_nodes <= at)
        at = REGION_COORDINATOR;
    if (workload_life()->n_nodes <= at)
        return;
    uint64_t number = any_escalation(workload_node(at));
    if (number == 0)
        workload_change_mandate();
    else if (workload_chance(60))
        propose(at, number);
    else
        hand_over(at, number);
}
