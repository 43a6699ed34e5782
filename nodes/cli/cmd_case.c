/* cmd_case.c - referrals and signals as staff see them: inbox, show, trace. */
#include "core/lifecycle.h"
#include "nodes/cli/cli.h"
#include "nodes/record.h"

enum { INBOX_COLUMNS = 8, TRACE_COLUMNS = 4 };

/* clang-format off */
static const struct flag INBOX[] = {
        {"box",   FLAG_TEXT,   FLAG_OPTIONAL, TEXT_F_BOX,   NULL,             NULL   },
        {"after", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_AFTER, &WIRE_LIST_CASES, "after"},
        {"limit", FLAG_PAGE,   FLAG_OPTIONAL, TEXT_F_LIMIT, &WIRE_LIST_CASES, "limit"},
        {"mine",  FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_MINE,  NULL,             NULL   },
};
static const struct flag SHOW[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, &WIRE_SHOW_CASE, "number"},
        {"seen", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_SEEN, NULL,            NULL    },
};
static const struct flag TRACE[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, &WIRE_TRACE_CASE, "number"},
};
/* clang-format on */

/* --- inbox --- */

static const char *state_words(struct cli *cli, const struct case_line *line)
{
    char of[32];
    const char *words = cli_words_of(cli, "state_", offer_state_name(line->state));
    if (line->signal_answer != 0)
        return vocab_label(VOCAB_SIGNAL_ANSWER, line->signal_answer, cli->lang);
    if (line->kind == CASE_KIND_SIGNAL_IN && line->signal_state != 0)
        return vocab_label(VOCAB_SIGNAL_STATE, line->signal_state, cli->lang);
    if (line->kind == CASE_KIND_ESCALATION && line->cause != 0)
        return vocab_label(VOCAB_ESCALATION_CAUSE, line->cause, cli->lang);
    /* Of these the referral says more than the offer on which the case stands. */
    bool given_up = strcmp(line->referral_state, "revoked") == 0 &&
                    lifecycle_moves_on(line->state);
    if (strcmp(line->referral_state, "closed") == 0 || given_up ||
            strcmp(line->referral_state, "unplaced") == 0 ||
            strcmp(line->referral_state, "to_cancel") == 0 ||
            strcmp(line->referral_state, "refused") == 0)
        return cli_words_of(cli, "referral_", line->referral_state);
    if (line->state == OFFER_STATE_NONE)
        return cli_words_of(cli, "kind_", case_kind_name(line->kind));
    if (line->candidates < 2)
        return words;
    /* Of a list of candidates, which of them. */
    snprintf(of, sizeof of, "%u/%u", line->place, line->candidates);
    return cli_format(cli, TEXT_CANDIDATE_OF, words, of);
}

static void put_row(struct cli *cli, const struct case_line *line, const char **cells)
{
    bool from_us =
            line->kind == CASE_KIND_REFERRAL_OUT || line->kind == CASE_KIND_SIGNAL_OUT;
    cells[0] = line->stop_contact    ? "STOP"
               : line->erase_missing ? cli_words(cli, TEXT_MARK_ERASE)
               : line->unread        ? "*"
                                     : "";
    cells[1] = cli_number(cli, line->number);
    bool behalf = from_us && line->on_behalf_of[0] != '\0';
    cells[2] = cli_format(cli, from_us ? TEXT_TO : TEXT_FROM,
            behalf ? line->on_behalf_of : line->other, NULL);
    cells[3] = state_words(cli, line);
    cells[4] = vocab_label(VOCAB_URGENCY, line->urgency, cli->lang);
    cells[5] = line->person;
    cells[6] = cli_labels(cli, VOCAB_NEED_CATEGORY, line->needs, line->n_needs);
    cells[7] = cli_date(cli, line->due_ms);
}

/* Before anything else: whom nobody may contact any more. The name is mostly destroyed;
 * whoever planned a visit knows it by its case. */
static void print_stops(struct cli *cli, const struct case_list *list)
{
    for (size_t i = 0; list != NULL && i < list->n_stops; i++) {
        const struct case_line *stop = &list->stops[i];
        bool named = stop->person[0] != '\0';
        cli_say(cli, named ? TEXT_STOP_LINE : TEXT_STOP_UNNAMED,
                cli_number(cli, stop->number), named ? stop->person : stop->other);
    }
    if (list != NULL && list->n_stops > 0)
        fputc('\n', cli->out);
}

/* A crisis is called about; nobody waits for a list. */
static void print_crises(struct cli *cli, const struct case_list *list)
{
    for (size_t i = 0; list != NULL && i < list->n_crises; i++)
        cli_say(cli, TEXT_CRISIS_LINE, cli_number(cli, list->crises[i].number),
                list->crises[i].other);
    if (list != NULL && list->n_crises > 0) {
        cli_say(cli, TEXT_NO_EMERGENCY, NULL, NULL);
        fputc('\n', cli->out);
    }
}

/* Below the list: where something still runs and the consent has ended, or soon does.
 */
static void print_ends(struct cli *cli, const struct case_list *list)
{
    for (size_t i = 0; i < list->n_cases; i++) {
        const struct case_line *line = &list->cases[i];
        bool runs = line->state == OFFER_STATE_QUEUED ||
                    (line->state >= OFFER_STATE_REQUESTED &&
                            line->state <= OFFER_STATE_ON_HOLD);
        if (runs && strcmp(line->consent_state, "expired") == 0)
            cli_say(cli, TEXT_CONSENT_OVER_LINE, cli_number(cli, line->number), NULL);
        if (runs && line->consent_days_left > 0 &&
                line->consent_days_left <= RECORD_ENDING_DAYS)
            cli_say(cli, TEXT_CONSENT_ENDS_LINE, cli_number(cli, line->number),
                    cli_number(cli, line->consent_days_left));
    }
}

/* What reached nobody, and nobody has looked at since. */
static void print_refused(struct cli *cli, const struct case_list *list)
{
    for (size_t i = 0; i < list->n_cases; i++) {
        const struct case_line *line = &list->cases[i];
        if (line->unread && cli_asks_again(line))
            cli_say(cli, TEXT_REFUSED_NEXT, cli_number(cli, line->number),
                    cli_refused_words(cli, line->code));
    }
}

/* Whose work is taken over by another today. */
static void print_substitutes(struct cli *cli, const struct case_list *list)
{
    for (size_t i = 0; i < list->n_cases; i++) {
        const struct case_line *line = &list->cases[i];
        if (line->substitute != NULL && line->substitute[0] != '\0')
            cli_say(cli, TEXT_STANDS_IN, cli_number(cli, line->number),
                    cli_format(cli, TEXT_STANDS_IN_FOR, line->substitute,
                            line->handler));
    }
}

static int print_list(struct cli *cli, const struct case_list *list)
{
    size_t n = list != NULL ? list->n_cases : 0;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * INBOX_COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    if (n == 0) {
        cli_say(cli, TEXT_NONE_CASES, NULL, NULL);
        return EXIT_OK;
    }
    cells[0] = "";
    cells[1] = cli_words(cli, TEXT_H_NUMBER);
    cells[2] = cli_words(cli, TEXT_H_OTHER);
    cells[3] = cli_words(cli, TEXT_H_STATE);
    cells[4] = cli_words(cli, TEXT_H_URGENCY);
    cells[5] = cli_words(cli, TEXT_H_PERSON);
    cells[6] = cli_words(cli, TEXT_H_NEEDS);
    cells[7] = cli_words(cli, TEXT_H_DUE);
    for (size_t i = 0; i < n; i++)
        put_row(cli, &list->cases[i], cells + (i + 1) * INBOX_COLUMNS);
    cli_table(cli, cells, n + 1, INBOX_COLUMNS);
    print_refused(cli, list);
    print_ends(cli, list);
    print_substitutes(cli, list);
    if (list->more)
        cli_say(cli, TEXT_MORE, cli_number(cli, list->cases[n - 1].number), NULL);
    return EXIT_OK;
}

/* The boxes as people write them; "all" is what the node gives when none is named. */
static const struct {
    const char *name;
    enum case_box box;
} BOXES[] = {
        {"new",       CASE_BOX_NEW      },
        {"to-decide", CASE_BOX_TO_DECIDE},
        {"running",   CASE_BOX_RUNNING  },
        {"closed",    CASE_BOX_CLOSED   },
        {"sent",      CASE_BOX_SENT     },
        {"all",       CASE_BOX_NONE     },
};

static bool read_box(const struct cli *cli, enum case_box *box)
{
    const char *name = cli_text(cli, "box");
    for (size_t i = 0; name != NULL && i < COUNT_OF(BOXES); i++) {
        if (strcmp(BOXES[i].name, name) == 0) {
            *box = BOXES[i].box;
            return true;
        }
    }
    return name == NULL;
}

static int run_inbox(struct cli *cli)
{
    struct list_cases list = {.limit = CLI_PAGE_MAX};
    const struct form form = {&WIRE_LIST_CASES, &list};
    struct request request = {.inbox = &list};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (!read_box(cli, &list.box))
        return cli_usage_error(cli, "--box", TEXT_BAD_CHOICE, cli_text(cli, "box"),
                "new, to-decide, running, closed, sent, all");
    if (cli_given(cli, "mine"))
        list.of = cli->actor;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    print_stops(cli, reply.cases);
    print_crises(cli, reply.cases);
    return print_list(cli, reply.cases);
}

/* --- show --- */

/* A person who opens a referral has seen it; the referrer is told. A program that only
 * reads along has not. */
static bool is_opened(const struct cli *cli, const struct case_line *line)
{
    bool person = !cli->json || cli_given(cli, "seen");
    if (!person || line == NULL)
        return false;
    bool ours =
            line->kind == CASE_KIND_REFERRAL_IN || line->kind == CASE_KIND_SIGNAL_IN;
    if (line->kind == CASE_KIND_ESCALATION)
        return line->unread;
    /* Whom not to contact was read then, and nobody else hears of that. */
    if (line->stop_contact)
        return ours && line->unread && line->state != OFFER_STATE_REQUESTED;
    bool looked_at = line->unread && (line->kind == CASE_KIND_REFERRAL_OUT ||
                                             line->kind == CASE_KIND_SIGNAL_OUT ||
                                             line->kind == CASE_KIND_SIGNAL_IN);
    return looked_at || (line->kind == CASE_KIND_REFERRAL_IN &&
                                line->state == OFFER_STATE_REQUESTED);
}

static int ask_for(struct cli *cli, const struct show_case *show, struct reply *reply)
{
    struct request request = {.show = show};
    int status = cli_send_quiet(cli, &request, reply);
    if (status == EXIT_OK && reply->case_ == NULL) {
        const struct err err = {.code = ERR_INTERNAL, .msg = "no case in the answer"};
        return cli_fail(cli, &err);
    }
    return status;
}

/* The node says no when somebody else was quicker; what it shows then is right anyway.
 */
static int say_seen(struct cli *cli, uint64_t number)
{
    const struct act act = {.case_number = number, .event = OFFER_EVENT_SEEN};
    struct request request = {.act = &act};
    struct reply reply;
    cli->idempotency_key = NULL;
    int status = cli_send_quiet(cli, &request, &reply);
    return status == EXIT_COULD_NOT ? status : EXIT_OK;
}

static int run_show(struct cli *cli)
{
    struct show_case show = {0};
    const struct form form = {&WIRE_SHOW_CASE, &show};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = ask_for(cli, &show, &reply);
    if (status == EXIT_OK && is_opened(cli, reply.case_->line)) {
        status = say_seen(cli, show.number);
        if (status == EXIT_OK)
            status = ask_for(cli, &show, &reply);
    }
    if (status != EXIT_OK)
        return status;
    if (cli->json)
        return cli_json_reply(cli, &reply) ? EXIT_OK : EXIT_COULD_NOT;
    cli_show_case(cli, reply.case_);
    return EXIT_OK;
}

/* --- trace --- */

/* Which letter: a type of its own, or the step that it carries. */
static const char *letter_words(const struct cli *cli, const char *letter)
{
    const char *words = cli_words_of(cli, "letter_", letter);
    return words != letter ? words : cli_words_of(cli, "event_", letter);
}

/* What became of a letter, a step of the offer, or something that was done here. */
static const char *trace_words(struct cli *cli, const struct trace_line *line)
{
    char sentence[CLI_WORDS_BYTES];
    const char *words;
    if (line->letter[0] != '\0') {
        cli_fill_words(sentence, sizeof sentence,
                cli_words_of(cli, "about_", line->what),
                letter_words(cli, line->letter), line->other);
        return cli_format(cli, TEXT_AS_IS, sentence, NULL);
    }
    /* To be on a list is not to be asked yet. */
    bool listed = line->other[0] != '\0' &&
                  strcmp(line->what, offer_event_name(OFFER_EVENT_OFFER)) == 0;
    words = listed ? cli_words(cli, TEXT_LISTED)
            : strcmp(line->what, offer_event_name(OFFER_EVENT_SKIP)) == 0
                    ? cli_skip_words(cli, line->code)
                    : cli_words_of(cli, "trace_", line->what);
    if (words == line->what)
        words = cli_words_of(cli, "event_", line->what);
    return line->other[0] != '\0' ? cli_format(cli, TEXT_STEP_OF, line->other, words)
                                  : words;
}

static int print_trace(struct cli *cli, const struct trace *trace)
{
    size_t n = trace != NULL ? trace->n_lines : 0;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * TRACE_COLUMNS * sizeof *cells);
    bool codes = false;
    if (cells == NULL)
        return cli_no_room(cli);
    cells[0] = cli_words(cli, TEXT_H_WHEN);
    cells[1] = cli_words(cli, TEXT_H_WHO);
    cells[2] = cli_words(cli, TEXT_H_WHAT);
    for (size_t i = 0; i < n; i++) {
        const struct trace_line *line = &trace->lines[i];
        const char **row = cells + (i + 1) * TRACE_COLUMNS;
        row[0] = cli_moment(cli, line->at_ms);
        row[1] = line->who;
        row[2] = trace_words(cli, line);
        row[3] = line->code;
        codes |= line->code[0] != '\0';
    }
    cells[3] = codes ? cli_words(cli, TEXT_H_CODE) : "";
    cli_table(cli, cells, n + 1, TRACE_COLUMNS);
    return EXIT_OK;
}

static int run_trace(struct cli *cli)
{
    struct trace_case trace = {0};
    const struct form form = {&WIRE_TRACE_CASE, &trace};
    struct request request = {.trace = &trace};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    return print_trace(cli, reply.trace);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"inbox", TEXT_C_INBOX, COMMAND_NODE, INBOX, COUNT_OF(INBOX), run_inbox},
        {"show",  TEXT_C_SHOW,  COMMAND_NODE, SHOW,  COUNT_OF(SHOW),  run_show },
        {"trace", TEXT_C_TRACE, COMMAND_NODE, TRACE, COUNT_OF(TRACE), run_trace},
};
/* clang-format on */
const struct family CASE_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
