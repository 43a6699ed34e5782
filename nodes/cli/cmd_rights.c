/* cmd_rights.c - the rights of the person: to see what partners hold, to have it
 * corrected or erased; and our answers to others. */
#include "nodes/cli/cli.h"

#define OF_ASK(field)    &WIRE_RIGHTS_ASK, field
#define OF_ANSWER(field) &WIRE_RIGHTS_ANSWER, field
#define OF_REF(field)    &WIRE_REFERRAL, field
#define OF_PERSON(field) &WIRE_PERSON, field

enum { RIGHTS_COLUMNS = 7 };

/* clang-format off */
static const struct flag ASK[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF_ASK("case_number")},
};
static const struct flag ERASE[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF_ASK("case_number")},
        {"own", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_RIGHTS_OWN, OF_ASK("own")},
};
static const struct flag RECTIFY[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF_ASK("case_number")},
        {"name", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_NAME, OF_PERSON("name")},
        {"birth-date", FLAG_DATE, FLAG_OPTIONAL, TEXT_F_BIRTH_DATE, OF_PERSON("birth_date")},
        {"address", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PERSON_ADDRESS, OF_PERSON("address")},
        {"phone", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_PHONE, OF_PERSON("phone")},
        {"language", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_LANGUAGE, OF_PERSON("language")},
        {"household", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_HOUSEHOLD, OF_PERSON("household")},
        {"does-self", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_DOES_SELF, OF_REF("person_does_self")},
        {"strengths", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_STRENGTHS, OF_REF("strengths")},
        {"goal", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_GOAL, OF_REF("own_goal")},
        {"help-wanted", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_HELP_WANTED, OF_REF("help_wanted")},
        {"reason", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRAL_REASON, OF_REF("reason")},
        {"network", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_NETWORK, OF_REF("network")},
        {"services", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SERVICES, OF_REF("services_present")},
};
static const struct flag ANSWER[] = {
        {"NUMBER", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_RIGHTS_NUMBER, OF_ANSWER("number")},
        {"answer", FLAG_CODE, FLAG_REQUIRED, TEXT_F_RIGHTS_ANSWER, OF_ANSWER("answer")},
        {"reason", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_RIGHTS_REASON, OF_ANSWER("reason")},
        {"basis", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_RETENTION, OF_ANSWER("retention")},
        {"words", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_RIGHTS_WORDS, OF_ANSWER("words")},
};
static const struct flag SETTLE[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, &WIRE_SETTLE_ERASE, "case_number"},
        {"reason", FLAG_CODE, FLAG_REQUIRED, TEXT_F_SETTLE_REASON, &WIRE_SETTLE_ERASE, "reason"},
        {"partner", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SETTLE_PARTNER, &WIRE_SETTLE_ERASE, "partner"},
};
static const struct flag LIST[] = {
        {"open", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_RIGHTS_OPEN, &WIRE_RIGHTS_LIST, "open"},
        {"after", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_RIGHTS_AFTER, &WIRE_RIGHTS_LIST, "after"},
};
/* clang-format on */

/* --- what comes back --- */

static const char *right_words(const struct cli *cli, enum letter_type right)
{
    return cli_words_of(cli, "letter_", letter_type_name(right));
}

/* "refused: the law obliges us to keep this (legal duty to keep records)". */
static const char *answer_words(struct cli *cli, const struct rights_line *line)
{
    char words[CLI_WORDS_BYTES];
    const char *reason = line->reason != 0 ? vocab_label(VOCAB_RIGHTS_REASON,
                                                     line->reason, cli->lang)
                                           : "";
    const char *basis =
            line->retention > RETENTION_BASIS_NONE
                    ? vocab_label(VOCAB_RETENTION_BASIS, line->retention, cli->lang)
                    : "";
    snprintf(words, sizeof words, "%s%s%s%s%s%s%s",
            line->answer != 0
                    ? vocab_label(VOCAB_RIGHTS_ANSWER, line->answer, cli->lang)
                    : "",
            line->answer != 0 && reason[0] != '\0' ? cli_colon(cli) : "",
            line->answer != 0 && reason[0] != '\0' ? " " : "", reason,
            basis[0] != '\0' ? " (" : "", basis, basis[0] != '\0' ? ")" : "");
    return cli_format(cli, TEXT_AS_IS, words, NULL);
}

static int put_lines(struct cli *cli, const struct rights *rights)
{
    size_t n = rights->n_lines;
    static const enum text_id heads[RIGHTS_COLUMNS] = {TEXT_H_NUMBER, TEXT_H_WHO,
            TEXT_H_RIGHT, TEXT_H_PARTNER, TEXT_H_CASE, TEXT_H_RIGHTS_DUE, TEXT_H_STATE};
    const char **cells = cli_cells(cli, heads, RIGHTS_COLUMNS, n);
    const char **notes = arena_take(&cli->arena, (n + 1) * sizeof *notes);
    if (cells == NULL || notes == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < n; i++) {
        const struct rights_line *line = &rights->lines[i];
        const char **row = cells + (i + 1) * RIGHTS_COLUMNS;
        bool asked = line->number != 0;
        row[0] = asked ? cli_number(cli, line->number) : "";
        row[1] = !asked       ? ""
                 : line->ours ? cli_words(cli, TEXT_RIGHTS_BY_US)
                              : cli_words(cli, TEXT_RIGHTS_OF_US);
        row[2] = right_words(cli, line->right);
        row[3] = line->other;
        row[4] = cli_number(cli, line->case_number);
        row[5] = cli_date(cli, line->due_ms);
        row[6] = cli_words_of(cli, "rights_", line->state);
        notes[i + 1] = answer_words(cli, line);
    }
    cli_table_notes(cli, cells, n + 1, RIGHTS_COLUMNS, notes);
    return EXIT_OK;
}

/* --- asking --- */

static int send_ask(struct cli *cli, const struct rights_ask *ask)
{
    struct request request = {.rights_ask = ask};
    struct reply reply;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.rights == NULL)
        return status;
    if (reply.rights->own_corrected)
        cli_say(cli, TEXT_DONE_RIGHTS_CORRECTED, NULL, NULL);
    if (reply.rights->own != NULL) {
        cli_heading(cli, cli_words(cli, TEXT_RIGHTS_OWN));
        cli_show_case(cli, reply.rights->own);
    }
    if (reply.rights->n_lines == 0) {
        cli_say(cli, TEXT_RIGHTS_NOBODY, NULL, NULL);
        return EXIT_OK;
    }
    cli_heading(cli, cli_words(cli, TEXT_RIGHTS_ASKED));
    return put_lines(cli, reply.rights);
}

static int ask(struct cli *cli, enum letter_type right)
{
    struct rights_ask wish = {.right = right};
    const struct form form = {&WIRE_RIGHTS_ASK, &wish};
    return cli_fill(cli, &form, 1) ? send_ask(cli, &wish) : EXIT_USAGE;
}

static int run_access(struct cli *cli)
{
    return ask(cli, LETTER_TYPE_ACCESS);
}

/* Whoever sits at a terminal decides on the own case, said or not; elsewhere only who
 * says --own. */
static int run_erase(struct cli *cli)
{
    struct rights_ask wish = {.right = LETTER_TYPE_ERASE};
    const struct form form = {&WIRE_RIGHTS_ASK, &wish};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    bool somebody = cli->terminal && !cli->json && !cli->yes;
    if (somebody) {
        bool yes = cli_confirm(cli, TEXT_ASK_RIGHTS_OWN, NULL);
        if (wish.own && !yes) {
            cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
            return EXIT_REFUSED;
        }
        wish.own = yes;
    }
    int status = send_ask(cli, &wish);
    if (status == EXIT_OK && wish.own && !cli->json)
        cli_say(cli, TEXT_DONE_RIGHTS_OWN, NULL, NULL);
    return status;
}

static bool names_a_correction(const struct cli *cli)
{
    for (size_t i = 0; i < COUNT_OF(RECTIFY); i++)
        if (RECTIFY[i].need == FLAG_OPTIONAL && cli_given(cli, RECTIFY[i].name))
            return true;
    return false;
}

static int run_rectify(struct cli *cli)
{
    struct rights_ask wish = {.right = LETTER_TYPE_RECTIFY};
    struct referral corrected = {0};
    struct person person = {0};
    const struct form forms[] = {
            {&WIRE_RIGHTS_ASK, &wish     },
            {&WIRE_REFERRAL,   &corrected},
            {&WIRE_PERSON,     &person   },
    };
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    if (!names_a_correction(cli))
        return cli_usage_error(cli, "", TEXT_BAD_RECTIFY, NULL, NULL);
    corrected.person = &person;
    wish.corrected = &corrected;
    return send_ask(cli, &wish);
}

/* --- answering, and the register --- */

/* Ask for what is missing, send it, and show the lines of the register that it is
 * about. */
static int send_form(struct cli *cli, const struct form *form, struct request *request)
{
    struct reply reply;
    if (!cli_fill(cli, form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, request, &reply);
    if (status != EXIT_OK || cli->json || reply.rights == NULL)
        return status;
    if (reply.rights->n_lines == 0) {
        cli_say(cli, TEXT_NONE_RIGHTS, NULL, NULL);
        return EXIT_OK;
    }
    status = put_lines(cli, reply.rights);
    if (status == EXIT_OK && reply.rights->more)
        cli_say(cli, TEXT_RIGHTS_MORE,
                cli_number(cli, reply.rights->lines[reply.rights->n_lines - 1].number),
                NULL);
    return status;
}

static int run_answer(struct cli *cli)
{
    struct rights_answer answer = {0};
    const struct form form = {&WIRE_RIGHTS_ANSWER, &answer};
    return send_form(cli, &form, &(struct request){.rights_answer = &answer});
}

static int run_settle(struct cli *cli)
{
    struct settle_erase settle = {0};
    const struct form form = {&WIRE_SETTLE_ERASE, &settle};
    return send_form(cli, &form, &(struct request){.erase_settle = &settle});
}

static int run_list(struct cli *cli)
{
    struct rights_list list = {0};
    const struct form form = {&WIRE_RIGHTS_LIST, &list};
    return send_form(cli, &form, &(struct request){.rights_list = &list});
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"rights access",  TEXT_C_RIGHTS_ACCESS,  COMMAND_NODE, ASK,     COUNT_OF(ASK),     run_access},
        {"rights rectify", TEXT_C_RIGHTS_RECTIFY, COMMAND_NODE, RECTIFY, COUNT_OF(RECTIFY), run_rectify},
        {"rights erase",   TEXT_C_RIGHTS_ERASE,   COMMAND_NODE, ERASE,   COUNT_OF(ERASE),   run_erase},
        {"rights answer",  TEXT_C_RIGHTS_ANSWER,  COMMAND_NODE, ANSWER,  COUNT_OF(ANSWER),  run_answer},
        {"rights settle",  TEXT_C_RIGHTS_SETTLE,  COMMAND_NODE, SETTLE,  COUNT_OF(SETTLE),  run_settle},
        {"rights list",    TEXT_C_RIGHTS_LIST,    COMMAND_NODE, LIST,    COUNT_OF(LIST),    run_list},
};
/* clang-format on */
const struct family RIGHTS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
