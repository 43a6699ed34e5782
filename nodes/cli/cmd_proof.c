/* cmd_proof.c - who opened what, who was given what, and what proves a case to others.
 */
#include <time.h>

#include "core/evidence.h"
#include "core/file.h"
#include "core/keys.h"
#include "nodes/cli/cli.h"

enum {
    OPENING_COLUMNS = 3,
    PAUSES = 40, /* for the broker's answer, while it brings nothing new */
    HANDED_ON_MAX = 20,
    PAUSE_MS = 50,
};

/* clang-format off */
static const struct flag OPENINGS[] = {
        {"CASE",    FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CASE,             &WIRE_LIST_OPENINGS, "case_number"   },
        {"consent", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_OPENINGS_CONSENT, &WIRE_LIST_OPENINGS, "consent_number"},
};
static const struct flag WHO[] = {
        {"CASE",    FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CASE,        &WIRE_EXPORT_EVIDENCE, "case_number"},
        {"consent", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_WHO_CONSENT, &WIRE_CONSENT_SHOW,    "number"     },
};
static const struct flag EXPORT[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, &WIRE_EXPORT_EVIDENCE, "case_number"},
        {"out",  FLAG_FILE,   FLAG_OPTIONAL, TEXT_F_OUT,  NULL,                  NULL         },
};
static const struct flag VERIFY[] = {
        {"EVIDENCE",    FLAG_FILE, FLAG_REQUIRED, TEXT_F_EVIDENCE,    NULL, NULL},
        {"fingerprint", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_FINGERPRINT, NULL, NULL},
};
/* clang-format on */

/* --- openings --- */

static int print_openings(struct cli *cli, const struct opening_list *list)
{
    size_t n = list != NULL ? list->n_openings : 0;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * OPENING_COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    if (n == 0) {
        cli_say(cli, TEXT_NONE_OPENINGS, NULL, NULL);
        return EXIT_OK;
    }
    cells[0] = cli_words(cli, TEXT_H_WHEN);
    cells[1] = cli_words(cli, TEXT_H_WHO);
    cells[2] = cli_words(cli, TEXT_H_WHAT);
    for (size_t i = 0; i < n; i++) {
        const struct opening_line *line = &list->openings[i];
        const char **row = cells + (i + 1) * OPENING_COLUMNS;
        row[0] = cli_moment(cli, line->at_ms);
        row[1] = line->actor;
        row[2] = cli_words_of(cli, "how_", opening_how_name(line->how));
    }
    cli_table(cli, cells, n + 1, OPENING_COLUMNS);
    return EXIT_OK;
}

static int run_openings(struct cli *cli)
{
    struct list_openings list = {0};
    const struct form form = {&WIRE_LIST_OPENINGS, &list};
    struct request request = {.openings = &list};
    struct reply reply;
    if (cli_given(cli, "CASE") && cli_given(cli, "consent"))
        return cli_usage_error(cli, "CASE", TEXT_BAD_BOTH, "consent", NULL);
    if (!cli_fill(cli, &form, 1) ||
            (list.consent_number == 0 && !cli_require(cli, &form, 1, "CASE")))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    return print_openings(cli, reply.openings);
}

/* --- a file of evidence --- */

/* The file of one case, from the node, with the cases here that hand it on, and how
 * many proofs the broker is asked for now; borrowed from the arena. */
static const struct evidence_made *ask_file(struct cli *cli, uint64_t number,
        int *status)
{
    const struct export_evidence export = {.case_number = number};
    struct request request = {.evidence = &export};
    struct reply reply;
    *status = cli_send_quiet(cli, &request, &reply);
    if (*status != EXIT_OK)
        return NULL;
    if (reply.evidence == NULL) {
        const struct err err = {.code = ERR_INTERNAL,
                .msg = "no evidence in the answer"};
        *status = cli_fail(cli, &err);
    }
    return reply.evidence;
}

/* The same once the broker has given what it gives; what is missing then, the file says
 * itself. */
static const struct evidence_made *ask_evidence(struct cli *cli, uint64_t number,
        int *status)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    uint32_t least = EVIDENCE_JOINS_MAX + 1;
    size_t used = cli->arena.used;
    const struct evidence_made *made = ask_file(cli, number, status);
    for (size_t i = 0; made != NULL && made->asked > 0 && i < PAUSES; i++) {
        if (made->asked < least)
            i = 0;
        least = made->asked < least ? made->asked : least;
        nanosleep(&pause, NULL);
        arena_reset(&cli->arena, used);
        made = ask_file(cli, number, status);
    }
    return made;
}

/* Without --out it goes to the standard output, when that is no terminal. */
static int put_file(struct cli *cli, struct span file)
{
    struct err err = {0};
    const char *path = cli_text(cli, "out");
    if (path == NULL)
        return fwrite(file.at, 1, file.len, cli->out) == file.len ? EXIT_OK
                                                                  : EXIT_COULD_NOT;
    if (!keys_write_file(path, file, &err))
        return cli_fail(cli, &err);
    if (cli->json) {
        const char *const pairs[] = {"code", "", "file", path, NULL};
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    }
    cli_say(cli, TEXT_DONE_EXPORTED, path, NULL);
    return EXIT_OK;
}

static int run_export(struct cli *cli)
{
    struct export_evidence asked = {0};
    const struct form form = {&WIRE_EXPORT_EVIDENCE, &asked};
    int status;
    if (!cli_fill(cli, &form, 1) ||
            ((cli->terminal || cli->json) && !cli_require(cli, &form, 1, "out")))
        return EXIT_USAGE;
    const struct evidence_made *made = ask_evidence(cli, asked.case_number, &status);
    return made != NULL ? put_file(cli, made->file) : status;
}

/* --- verify --- */

static int tell_found(struct cli *cli, const struct findings *found)
{
    if (cli->json && !cli_json_findings(cli, found))
        return EXIT_COULD_NOT;
    if (!cli->json)
        cli_show_found(cli, found);
    return found->holds ? EXIT_OK : EXIT_REFUSED;
}

static int verify(struct cli *cli, struct span bytes, struct arena *arena)
{
    struct evidence_file file;
    struct findings found;
    struct err err = {0};
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    if (!evidence_get(bytes, arena, &file, &err))
        return cli_fail_words(cli, code_name(err.code),
                cli_words(cli, TEXT_EVIDENCE_BAD), err.msg);
    ids_fingerprint(&file.steward_hash, fingerprint);
    int status = cli_compare(cli, fingerprint, file.network.name);
    if (status != EXIT_OK)
        return status;
    if (!evidence_check(&file, arena, &found, &err))
        return cli_fail(cli, &err);
    return tell_found(cli, &found);
}

static int run_verify(struct cli *cli)
{
    struct span bytes;
    struct err err = {0};
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    if (!file_read(cli_text(cli, "EVIDENCE"), EVIDENCE_BYTES_MAX, &cli->arena, &bytes,
                &err))
        return err.code == E_SIZE ? cli_fail_words(cli, code_name(err.code),
                                            cli_words(cli, TEXT_EVIDENCE_BAD), err.msg)
                                  : cli_fail(cli, &err);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    int status = arena.at != NULL ? verify(cli, bytes, &arena) : cli_no_room(cli);
    arena_free(&arena);
    return status;
}

/* --- for the person --- */

/* The sheets that are being made: printed one by one, or gathered for one line of JSON.
 */
struct sheets {
    struct cli *cli;
    struct json_t *list;
    bool any;
};

/* The node's own file is read like anybody's; its steward is the one it has joined. */
static int tell_account(struct sheets *sheets, struct span bytes, struct arena *arena)
{
    struct evidence_file file;
    struct findings found;
    struct err err = {0};
    if (!evidence_get(bytes, arena, &file, &err) ||
            !evidence_check(&file, arena, &found, &err))
        return cli_fail(sheets->cli, &err);
    sheets->any = true;
    if (sheets->cli->json)
        return cli_json_account(sheets->cli, &found, &sheets->list)
                       ? EXIT_OK
                       : cli_no_room(sheets->cli);
    cli_show_account(sheets->cli, &found);
    return EXIT_OK;
}

/* onward: also of the cases that hand it on. */
static int account_of_case(struct sheets *sheets, uint64_t number, bool onward)
{
    struct cli *cli = sheets->cli;
    uint64_t others[HANDED_ON_MAX];
    size_t n_others = 0;
    size_t used = cli->arena.used;
    int status;
    const struct evidence_made *made = ask_evidence(cli, number, &status);
    if (made != NULL) {
        struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
        status = arena.at != NULL ? tell_account(sheets, made->file, &arena)
                                  : cli_no_room(cli);
        arena_free(&arena);
        for (; onward && n_others < made->n_handed_on_as; n_others++)
            others[n_others] = made->handed_on_as[n_others];
    }
    arena_reset(&cli->arena, used);
    for (size_t i = 0; i < n_others && status == EXIT_OK; i++)
        status = account_of_case(sheets, others[i], false);
    return status;
}

/* Each case for which a capsule was minted from the record. */
static int account_of_consent(struct sheets *sheets, const struct consent_show *show)
{
    struct request request = {.consent_show = show};
    struct reply reply;
    int status = cli_send_quiet(sheets->cli, &request, &reply);
    const struct consent_record *record = status == EXIT_OK ? reply.consent : NULL;
    for (size_t i = 0; record != NULL && i < record->n_consents; i++)
        for (size_t k = 0; k < record->consents[i].n_uses; k++) {
            uint64_t number = record->consents[i].uses[k].case_number;
            if (number != 0 && status == EXIT_OK)
                status = account_of_case(sheets, number, true);
        }
    return status;
}

static int account(struct cli *cli, const struct export_evidence *asked,
        const struct consent_show *show)
{
    struct sheets sheets = {.cli = cli};
    int status = show->number != 0 ? account_of_consent(&sheets, show)
                                   : account_of_case(&sheets, asked->case_number, true);
    if (status != EXIT_OK)
        cli_json_drop(sheets.list);
    else if (cli->json)
        status = cli_json_gathered(cli, sheets.list) ? EXIT_OK : EXIT_COULD_NOT;
    else if (!sheets.any)
        cli_say(cli, TEXT_W_NOTHING, NULL, NULL);
    return status;
}

static int run_who(struct cli *cli)
{
    struct export_evidence asked = {0};
    struct consent_show show = {0};
    const struct form forms[] = {
            {&WIRE_EXPORT_EVIDENCE, &asked},
            {&WIRE_CONSENT_SHOW,    &show },
    };
    if (cli_given(cli, "CASE") && cli_given(cli, "consent"))
        return cli_usage_error(cli, "CASE", TEXT_BAD_BOTH, "consent", NULL);
    if (!cli_fill(cli, forms, COUNT_OF(forms)) ||
            (show.number == 0 && !cli_require(cli, forms, COUNT_OF(forms), "CASE")))
        return EXIT_USAGE;
    return account(cli, &asked, &show);
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"openings",     TEXT_C_OPENINGS,     COMMAND_NODE,    OPENINGS, COUNT_OF(OPENINGS), run_openings},
        {"who-got-what", TEXT_C_WHO_GOT_WHAT, COMMAND_NODE,    WHO,      COUNT_OF(WHO),      run_who     },
        {"audit export", TEXT_C_AUDIT_EXPORT, COMMAND_NODE,    EXPORT,   COUNT_OF(EXPORT),   run_export  },
        {"verify",       TEXT_C_VERIFY,       COMMAND_NO_HOME, VERIFY,   COUNT_OF(VERIFY),   run_verify  },
};
/* clang-format on */
const struct family PROOF_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
