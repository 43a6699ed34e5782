/* cmd_audit.c - the broker's audit log as this node has checked it: how it stands, what
 * is proved of a case, what was found wrong. */
#include <time.h>

#include "nodes/cli/cli.h"

enum {
    WORD_COLUMNS = 5,
    PAUSES = 40, /* for the broker's answer */
    PAUSE_MS = 50,
    PAGES_MAX = 10000, /* of proofs that are worked out again */
};

/* Behind every proof: none is worked out again. */
static const uint64_t NO_PROOFS = INT64_MAX;

/* clang-format off */
static const struct flag PROOF[] = {
        {"CASE", FLAG_TEXT, FLAG_REQUIRED, TEXT_F_AUDIT_CASE, NULL, "case_number|msg_id"},
};
/* clang-format on */

/* --- verify --- */

static int ask(struct cli *cli, const struct audit_verify *verify,
        struct audit_report *report)
{
    struct request request = {.audit_verify = verify};
    struct reply reply;
    int status = cli_send_quiet(cli, &request, &reply);
    if (status == EXIT_OK && reply.audit_report != NULL)
        *report = *reply.audit_report;
    return status;
}

/* How the log stands, once the broker has shown its newest checkpoint. */
static int ask_fresh(struct cli *cli, struct audit_report *report)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    struct audit_verify verify = {.after = NO_PROOFS, .fresh = true};
    int status = ask(cli, &verify, report);
    verify.fresh = false;
    for (size_t i = 0; status == EXIT_OK && report->asking && i < PAUSES; i++) {
        nanosleep(&pause, NULL);
        status = ask(cli, &verify, report);
    }
    return status;
}

/* A node whose pages lead nowhere, or never end, is not asked for ever. */
static int no_end(struct cli *cli)
{
    const struct err err = {.code = ERR_INTERNAL,
            .msg = "the list of proofs has no end"};
    return cli_fail(cli, &err);
}

/* And all proofs that are kept, worked out again, some at a time. */
static int ask_all(struct cli *cli, struct audit_report *report)
{
    struct audit_verify verify = {.after = 0};
    uint64_t judged = 0, bad = 0;
    int status = ask_fresh(cli, report);
    for (size_t page = 0; status == EXIT_OK; page++) {
        size_t used = cli->arena.used;
        status = ask(cli, &verify, report);
        judged += report->judged;
        bad += report->bad;
        if (status != EXIT_OK || report->next == 0)
            break;
        if (report->next <= verify.after || page == PAGES_MAX)
            return no_end(cli);
        verify.after = report->next;
        arena_reset(&cli->arena, used);
    }
    report->judged = judged;
    report->bad = bad;
    return status;
}

/* Is nothing wrong that nobody has looked at? */
static bool is_right(const struct audit_report *report)
{
    bool open = false;
    for (size_t i = 0; i < report->n_findings; i++)
        open |= report->findings[i].seen_ms == 0;
    return !open && report->bad == 0;
}

static void put_count(struct cli *cli, enum text_id label, uint64_t n)
{
    if (n > 0)
        cli_line(cli, label, cli_number(cli, n));
}

static void put_findings(struct cli *cli, const struct audit_report *report)
{
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct audit_finding *finding = &report->findings[i];
        enum code code = code_find(finding->code);
        cli_line(cli, TEXT_L_FOUND,
                cli_format(cli,
                        finding->seen_ms == 0 ? TEXT_FOUND_OPEN : TEXT_FOUND_SEEN,
                        cli_moment(cli, finding->at_ms),
                        code < N_CODES ? code_sentence(code, cli->lang)
                                       : finding->code));
        if (finding->partner[0] != '\0')
            cli_line(cli, TEXT_L_FOUND_PARTNER, finding->partner);
    }
}

static int print_report(struct cli *cli, const struct audit_report *report)
{
    cli_line(cli, TEXT_L_LOG, report->log);
    cli_line(cli, TEXT_L_LOG_SIZE,
            cli_format(cli, TEXT_LOG_SIZE, cli_number(cli, report->size),
                    cli_moment(cli, report->checked_ms)));
    cli_line(cli, TEXT_L_PROVED, cli_number(cli, report->proved));
    put_count(cli, TEXT_L_PROVED_AGAIN, report->judged - report->bad);
    put_count(cli, TEXT_L_PROOF_WAITS, report->waiting);
    put_count(cli, TEXT_L_PROOF_WRONG, report->wrong);
    put_count(cli, TEXT_L_PROOF_BAD, report->bad);
    if (report->put_back_ms != 0)
        cli_line(cli, TEXT_L_PUT_BACK,
                cli_format(cli, TEXT_PUT_BACK, cli_moment(cli, report->put_back_ms),
                        cli_number(cli, report->not_in_log)));
    put_findings(cli, report);
    bool right = is_right(report);
    cli_say(cli,
            !right                                        ? TEXT_AUDIT_WRONG
            : report->n_findings > 0 || report->wrong > 0 ? TEXT_AUDIT_SEEN
            : report->waiting > 0                         ? TEXT_AUDIT_WAITS
                                                          : TEXT_AUDIT_RIGHT,
            NULL, NULL);
    return right ? EXIT_OK : EXIT_REFUSED;
}

static int run_verify(struct cli *cli)
{
    struct audit_report report = {.log = ""};
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    int status = ask_all(cli, &report);
    if (status != EXIT_OK)
        return status;
    if (cli->json) {
        const struct audit_verify verify = {.after = NO_PROOFS};
        struct request request = {.audit_verify = &verify};
        struct reply reply;
        status = cli_send(cli, &request, &reply);
        return status != EXIT_OK || is_right(&report) ? status : EXIT_REFUSED;
    }
    return print_report(cli, &report);
}

/* --- proof --- */

static int print_words(struct cli *cli, const struct audit_words *list)
{
    size_t n = list != NULL ? list->n_words : 0;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * WORD_COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    if (n == 0) {
        cli_say(cli, TEXT_NONE_AUDIT, NULL, NULL);
        return EXIT_OK;
    }
    cells[0] = cli_words(cli, TEXT_H_WHEN);
    cells[1] = cli_words(cli, TEXT_H_WHO);
    cells[2] = cli_words(cli, TEXT_H_WHAT);
    cells[3] = cli_words(cli, TEXT_H_LOG_LINE);
    cells[4] = cli_words(cli, TEXT_H_PROOF);
    for (size_t i = 0; i < n; i++) {
        const struct audit_word *word = &list->words[i];
        const char **row = cells + (i + 1) * WORD_COLUMNS;
        const char *what = cli_words_of(cli, "logged_", word->what);
        row[0] = cli_moment(cli, word->at_ms);
        row[1] = word->by;
        row[2] = what != word->what ? what : cli_words_of(cli, "event_", word->what);
        row[3] = cli_number(cli, word->log_leaf);
        row[4] = cli_words_of(cli, "proof_", word->state);
    }
    cli_table(cli, cells, n + 1, WORD_COLUMNS);
    if (list->more)
        cli_say(cli, TEXT_AUDIT_MORE, NULL, NULL);
    return EXIT_OK;
}

static int run_proof(struct cli *cli)
{
    struct audit_show show = {0};
    struct request request = {.audit_show = &show};
    struct reply reply;
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    if (!cli_case_or_letter(cli, &show.case_number, &show.msg_id))
        return cli_usage_error(cli, "CASE", TEXT_BAD_EXPLAIN, NULL, NULL);
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    return print_words(cli, reply.audit_words);
}

/* --- seen --- */

static int run_seen(struct cli *cli)
{
    const struct audit_seen seen = {.confirmed = true};
    struct request request = {.audit_seen = &seen};
    struct reply reply;
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL)
        cli_say(cli, TEXT_DONE_AUDIT_SEEN, cli_number(cli, reply.made->count), NULL);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"audit verify", TEXT_C_AUDIT_VERIFY, COMMAND_NODE, NULL,  0,               run_verify},
        {"audit proof",  TEXT_C_AUDIT_PROOF,  COMMAND_NODE, PROOF, COUNT_OF(PROOF), run_proof },
        {"audit seen",   TEXT_C_AUDIT_SEEN,   COMMAND_NODE, NULL,  0,               run_seen  },
};
/* clang-format on */
const struct family AUDIT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
