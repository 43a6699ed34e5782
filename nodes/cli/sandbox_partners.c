/* sandbox_partners.c - the staff of the two partners of a sandbox: what they decide is
 * a table by what is asked for, one step a round, so that whoever follows along sees
 * each. */
#include "core/wire.h"
#include "nodes/cli/sandbox.h"

enum { PAGE = 200 };

enum sandbox_answer {
    ANSWER_ACCEPTS,
    ANSWER_DECLINES,
    ANSWER_ASKS, /* and accepts when it has been told */
    ANSWER_WAITLIST,
    ANSWER_SILENT,
};

/* What the centre does with a need; the first need that is here counts. */
static const struct rule {
    uint16_t need;
    enum sandbox_answer answer;
} RULES[] = {
        {NEED_CATEGORY_DEBT,               ANSWER_DECLINES},
        {NEED_CATEGORY_MEANINGFUL_ROLE,    ANSWER_ASKS    },
        {NEED_CATEGORY_MEALS_FOOD,         ANSWER_WAITLIST},
        {NEED_CATEGORY_MOBILITY_TRANSPORT, ANSWER_SILENT  },
};

static enum sandbox_answer answer_of(enum sandbox_who who, const struct case_line *line)
{
    for (size_t i = 0; who == SANDBOX_CENTRE && i < line->n_needs; i++)
        for (size_t k = 0; k < COUNT_OF(RULES); k++)
            if (RULES[k].need == line->needs[i])
                return RULES[k].answer;
    return ANSWER_ACCEPTS;
}

/* --- one step --- */

/* Says so, unless the step is still on its way or was taken by somebody else. */
static void act(struct sandbox *box, enum sandbox_who who, const struct act *wish)
{
    struct request request = {.act = wish};
    struct reply reply;
    struct err err = {0};
    struct cli *cli = box->cli;
    if (!sandbox_ask(box, who, &request, &reply, &err) || reply.code[0] != '\0' ||
            cli->json)
        return;
    cli_say(cli, TEXT_SANDBOX_DID, SANDBOX_PARTNERS[who].id,
            cli_format(cli, TEXT_SANDBOX_STEP,
                    cli_words_of(cli, "event_", offer_event_name(wish->event)),
                    cli_number(cli, wish->case_number)));
    fflush(cli->out);
}

static void act_saying(struct sandbox *box, enum sandbox_who who,
        const struct case_line *line, enum offer_event event,
        const struct event_content *said)
{
    const struct act wish = {.case_number = line->number, .event = event, .said = said};
    act(box, who, &wish);
}

static bool was_told(struct sandbox *box, enum sandbox_who who, uint64_t number)
{
    const struct show_case show = {.number = number};
    struct request request = {.show = &show};
    struct reply reply;
    struct err err;
    if (!sandbox_ask(box, who, &request, &reply, &err) || reply.case_ == NULL)
        return false;
    for (size_t i = 0; i < reply.case_->n_moments; i++)
        if (reply.case_->moments[i].event == OFFER_EVENT_INFO_REPLY)
            return true;
    return false;
}

static void ask_info(struct sandbox *box, enum sandbox_who who, uint64_t number)
{
    static const uint16_t questions[] = {INFO_QUESTION_BEST_TIME};
    const struct info info = {.questions = questions,
            .n_questions = COUNT_OF(questions),
            .text = ""};
    const struct act wish = {.case_number = number,
            .event = OFFER_EVENT_INFO_REQUEST,
            .info = &info};
    act(box, who, &wish);
}

static void decide(struct sandbox *box, enum sandbox_who who,
        const struct case_line *line)
{
    enum { WAIT_DAYS_MS = 14 * 86400000 };
    const struct event_content declined = {
            .decline_reason = DECLINE_REASON_NOT_OUR_SERVICE};
    const struct event_content waits = {
            .due_ms = line->updated_ms + (uint64_t)WAIT_DAYS_MS};
    switch (answer_of(who, line)) {
    case ANSWER_SILENT: return;
    case ANSWER_DECLINES:
        act_saying(box, who, line, OFFER_EVENT_DECLINE, &declined);
        return;
    case ANSWER_WAITLIST:
        if (line->state != OFFER_STATE_WAITLISTED)
            act_saying(box, who, line, OFFER_EVENT_WAITLIST, &waits);
        return;
    case ANSWER_ASKS:
        if (!was_told(box, who, line->number)) {
            ask_info(box, who, line->number);
            return;
        }
        break;
    case ANSWER_ACCEPTS: break;
    }
    act_saying(box, who, line, OFFER_EVENT_ACCEPT, NULL);
}

static void report_outcome(struct sandbox *box, enum sandbox_who who,
        const struct case_line *line)
{
    struct need_outcome *outcomes =
            arena_take(&box->cli->arena, (line->n_needs + 1) * sizeof *outcomes);
    if (outcomes == NULL)
        return;
    for (size_t i = 0; i < line->n_needs; i++)
        outcomes[i] = (struct need_outcome){.need = line->needs[i],
                .outcome = OUTCOME_NEED_MET};
    const struct event_content said = {.outcomes = outcomes,
            .n_outcomes = line->n_needs};
    act_saying(box, who, line, OFFER_EVENT_OUTCOME, &said);
}

/* --- what lies there --- */

static void go_on(struct sandbox *box, enum sandbox_who who,
        const struct case_line *line)
{
    const struct event_content met = {.visit_result = VISIT_RESULT_MET};
    if (line->stop_contact)
        return;
    if (line->state == OFFER_STATE_REQUESTED && answer_of(who, line) != ANSWER_SILENT)
        act_saying(box, who, line, OFFER_EVENT_SEEN, NULL);
    else if (line->state == OFFER_STATE_SEEN)
        decide(box, who, line);
    else if (line->state == OFFER_STATE_ACCEPTED)
        act_saying(box, who, line, OFFER_EVENT_START, &met);
    else if (line->state == OFFER_STATE_IN_PROGRESS)
        report_outcome(box, who, line);
}

/* Looked at in the first round, ended in the next. */
static void take_signal(struct sandbox *box, enum sandbox_who who,
        const struct case_line *line)
{
    const struct triage_signal triage = {.case_number = line->number};
    const struct end_signal end = {.case_number = line->number,
            .end = SIGNAL_END_NO_ACTION,
            .reason = NO_ACTION_REASON_SOLVED};
    struct request first = {.triage = &triage}, second = {.signal_end = &end};
    struct reply reply;
    struct err err;
    if (line->signal_state == SIGNAL_STATE_RAISED)
        (void)!sandbox_ask(box, who, &first, &reply, &err);
    else if (line->signal_state == SIGNAL_STATE_TRIAGED)
        (void)!sandbox_ask(box, who, &second, &reply, &err);
}

/* A referral of the centre: it tells what it is asked, and closes what is done. */
static void follow(struct sandbox *box, const struct case_line *line, bool *waits)
{
    const struct info info = {.text = "Liefst 's ochtends, na tien uur"};
    const struct act told = {.case_number = line->number,
            .event = OFFER_EVENT_INFO_REPLY,
            .info = &info};
    const struct event_content met = {.close_reason = CLOSE_REASON_MET};
    if (line->state == OFFER_STATE_INFO_REQUESTED)
        act(box, SANDBOX_CENTRE, &told);
    else if ((line->state == OFFER_STATE_COMPLETED ||
                     line->state == OFFER_STATE_FAILED) &&
             strcmp(line->referral_state, "closed") != 0)
        act_saying(box, SANDBOX_CENTRE, line, OFFER_EVENT_CONFIRM, &met);
    switch (line->state) {
    case OFFER_STATE_NONE:
    case OFFER_STATE_QUEUED:
    case OFFER_STATE_REQUESTED:
    case OFFER_STATE_SEEN:
    case OFFER_STATE_INFO_REQUESTED:
    case OFFER_STATE_WAITLISTED: *waits = true; return;
    case OFFER_STATE_ACCEPTED:
    case OFFER_STATE_IN_PROGRESS:
    case OFFER_STATE_ON_HOLD:
    case OFFER_STATE_COMPLETED:
    case OFFER_STATE_FAILED:
    case OFFER_STATE_DECLINED:
    case OFFER_STATE_NOT_SELECTED:
    case OFFER_STATE_EXPIRED:
    case OFFER_STATE_CANCELLED:
    case OFFER_STATE_IN_ERROR:
    case OFFER_STATE_SKIPPED: return;
    }
}

static void take_line(struct sandbox *box, enum sandbox_who who,
        const struct case_line *line, bool *waits)
{
    if (line->kind == CASE_KIND_REFERRAL_IN)
        go_on(box, who, line);
    else if (line->kind == CASE_KIND_SIGNAL_IN)
        take_signal(box, who, line);
    else if (line->kind == CASE_KIND_REFERRAL_OUT)
        follow(box, line, waits);
}

/* All that lies in one box of a node, page by page; false when it was not all read. */
static bool take_box(struct sandbox *box, enum sandbox_who who, enum case_box which,
        bool *waits)
{
    struct list_cases list = {.box = which, .limit = PAGE, .of = ""};
    struct reply reply;
    struct err err;
    bool more = true;
    while (more) {
        struct request request = {.inbox = &list};
        arena_reset(&box->cli->arena, 0);
        if (!sandbox_ask(box, who, &request, &reply, &err) || reply.cases == NULL)
            return false;
        const struct case_list *cases = reply.cases;
        more = cases->more && cases->n_cases > 0;
        size_t used = box->cli->arena.used;
        for (size_t i = 0; i < cases->n_cases; i++) {
            take_line(box, who, &cases->cases[i], waits);
            arena_reset(&box->cli->arena, used);
        }
        if (more)
            list.after = cases->cases[cases->n_cases - 1].number;
    }
    return true;
}

void sandbox_round(struct sandbox *box)
{
    static const enum case_box BOXES[] = {CASE_BOX_NEW, CASE_BOX_TO_DECIDE,
            CASE_BOX_RUNNING};
    bool waits = false;
    for (size_t i = 0; i < COUNT_OF(BOXES); i++) {
        (void)!take_box(box, SANDBOX_CENTRE, BOXES[i], &waits);
        (void)!take_box(box, SANDBOX_POINT, BOXES[i], &waits);
    }
    /* Somebody always waits for a decision of who tries, and one at a time. */
    bool all = take_box(box, SANDBOX_CENTRE, CASE_BOX_SENT, &waits);
    arena_reset(&box->cli->arena, 0);
    if (all && !waits)
        sandbox_refer_someone(box);
}
