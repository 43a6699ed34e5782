/* cmd_explain.c - why a letter was allowed or refused, question by question, and
 * whether one would be. */
#include <stdlib.h>

#include "core/ids.h"
#include "nodes/cli/cli.h"

enum { MARK_COLUMNS = 5, QUESTION_INDENT = 7 };

/* clang-format off */
static const struct flag EXPLAIN[] = {
        {"CASE", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_EXPLAIN_WHAT, NULL, "case_number|msg_id"},
};
static const struct flag CHECK[] = {
        {"case", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CHECK_CASE, &WIRE_CONSENT_CHECK, "case_number"},
        {"consent", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CONSENT_NUMBER, &WIRE_CONSENT_CHECK, "consent_number"},
        {"person", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_CHECK_PERSON, &WIRE_CONSENT_CHECK, "person"},
        {"to", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_CANDIDATES, &WIRE_CONSENT_CHECK, "candidates"},
        {"data", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_CHECK_DATA, &WIRE_CONSENT_CHECK, "data_categories"},
        {"area", FLAG_AREA, FLAG_OPTIONAL, TEXT_F_AREA, &WIRE_CONSENT_CHECK, "area"},
        {"purpose", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_PURPOSE, &WIRE_CONSENT_CHECK, "purpose"},
        {"urgency", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_URGENCY, &WIRE_CONSENT_CHECK, "urgency"},
        {"level", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_CHECK_LEVEL, &WIRE_CONSENT_CHECK, "level"},
};
/* clang-format on */

/* --- one decision --- */

static void print_question(struct cli *cli, const struct question *question)
{
    enum text_id mark = !question->asked  ? TEXT_MARK_NOT_ASKED
                        : question->holds ? TEXT_MARK_YES
                                          : TEXT_MARK_NO;
    const char *words = cli_words(cli, mark);
    size_t used = cli_width(words);
    fprintf(cli->out, "  %s%*s", words,
            (int)(used < MARK_COLUMNS ? MARK_COLUMNS - used : 1), "");
    cli_rest(cli->out,
            cli_format(cli, TEXT_QUESTION, question->question, question->answer),
            QUESTION_INDENT);
}

static const char *verdict_words(struct cli *cli, const struct judgement *told)
{
    const char *point = cli_words_of(cli, "point_", told->point);
    return told->code[0] == '\0' ? cli_format(cli, TEXT_ALLOWED, point, NULL)
                                 : cli_format(cli, TEXT_REFUSED, point, told->code);
}

static void print_heading(struct cli *cli, const struct judgement *told)
{
    char id[ID_TEXT_BYTES] = "";
    const char *other =
            told->on_behalf_of[0] != '\0' ? told->on_behalf_of : told->recipient;
    const char *parties = cli_format(cli, TEXT_FROM_TO, told->sender, other);
    const char *kind = cli_words_of(cli, "letter_", letter_type_name(told->type));
    if (strcmp(told->point, "checking") == 0) {
        cli_heading(cli, parties);
        return;
    }
    cli_heading(cli, cli_format(cli, TEXT_JOINED, kind, parties));
    ids_text(&told->msg_id, id);
    cli_line(cli, TEXT_L_LETTER, id);
    cli_line(cli, TEXT_H_WHEN, cli_moment(cli, told->at_ms));
}

/* Of a case the last decision is told whole; of the others is said how to see it. */
static void print_where(struct cli *cli, const struct judgement *told)
{
    char id[ID_TEXT_BYTES];
    if (told->n_questions > 0 || id_is_none(&told->msg_id))
        return;
    ids_text(&told->msg_id, id);
    cli_line(cli, TEXT_L_QUESTIONS, cli_format(cli, TEXT_EXPLAIN_LETTER, id, NULL));
}

/* The answer, its questions, and in the last line what to do. */
static void print_judgement(struct cli *cli, const struct judgement *told)
{
    print_heading(cli, told);
    cli_line(cli, TEXT_L_ANSWER, verdict_words(cli, told));
    for (size_t i = 0; i < told->n_questions; i++)
        print_question(cli, &told->questions[i]);
    print_where(cli, told);
    if (told->other_code[0] != '\0')
        cli_line(cli, TEXT_L_OTHERS,
                cli_format(cli, TEXT_WITH_CODE,
                        cli_format(cli, TEXT_JOINED, told->other,
                                cli_moment(cli, told->other_at_ms)),
                        told->other_code));
    if (strcmp(told->now_code, told->code) != 0)
        cli_line(cli, TEXT_L_NOW,
                told->now_code[0] == '\0'
                        ? cli_words(cli, TEXT_NOW_ALLOWED)
                        : cli_format(cli, TEXT_WITH_CODE,
                                  code_sentence(code_find(told->now_code), cli->lang),
                                  told->now_code));
    const char *sentence =
            told->code[0] != '\0' ? told->sentence : told->other_sentence;
    cli_line(cli, TEXT_L_TO_DO,
            sentence[0] != '\0' ? sentence : cli_words(cli, TEXT_NOTHING_TO_DO));
}

/* --- explain --- */

static int run_explain(struct cli *cli)
{
    struct consent_explain what = {0};
    struct request request = {.consent_explain = &what};
    struct reply reply;
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    if (!cli_case_or_letter(cli, &what.case_number, &what.msg_id))
        return cli_usage_error(cli, "CASE", TEXT_BAD_EXPLAIN, NULL, NULL);
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    const struct explanation *shown = reply.explanation;
    if (shown == NULL || shown->n_judgements == 0) {
        cli_say(cli, TEXT_NONE_JUDGED, NULL, NULL);
        return EXIT_OK;
    }
    for (size_t i = 0; i < shown->n_judgements; i++)
        print_judgement(cli, &shown->judgements[i]);
    return EXIT_OK;
}

/* --- check --- */

static int run_check(struct cli *cli)
{
    struct consent_check check = {0};
    const struct form form = {&WIRE_CONSENT_CHECK, &check};
    struct request request = {.consent_check = &check};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    /* What a case says stands. */
    if (check.purpose == 0 && check.case_number == 0)
        check.purpose = PURPOSE_CARE_COORDINATION;
    if (check.urgency == 0 && check.case_number == 0)
        check.urgency = URGENCY_ROUTINE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || reply.explanation == NULL)
        return status;
    for (size_t i = 0; i < reply.explanation->n_judgements; i++) {
        const struct judgement *told = &reply.explanation->judgements[i];
        if (!cli->json)
            print_judgement(cli, told);
        if (told->code[0] != '\0')
            status = EXIT_REFUSED;
    }
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"consent explain", TEXT_C_CONSENT_EXPLAIN, COMMAND_NODE, EXPLAIN, COUNT_OF(EXPLAIN), run_explain},
        {"consent check", TEXT_C_CONSENT_CHECK, COMMAND_NODE, CHECK, COUNT_OF(CHECK), run_check},
};
/* clang-format on */
const struct family EXPLAIN_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
