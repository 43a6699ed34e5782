/* cmd_consent.c - what a person allowed: withdraw, show. */
#include "core/ids.h"
#include "nodes/cli/cli.h"

/* clang-format off */
static const struct flag WITHDRAW[] = {
        {"NUMBER", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CONSENT_NUMBER,
         &WIRE_CONSENT_WITHDRAW, "number"     },
        {"case",   FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CONSENT_CASE,
         &WIRE_CONSENT_WITHDRAW, "case_number"},
        {"reason", FLAG_CODE,   FLAG_ASKED,    TEXT_F_WITHDRAWAL_REASON,
         &WIRE_CONSENT_WITHDRAW, "reason"     },
};
static const struct flag SHOW[] = {
        {"NUMBER", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_CONSENT_NUMBER,
         &WIRE_CONSENT_SHOW, "number"},
};
/* clang-format on */

/* --- show --- */

static void print_uses(struct cli *cli, const struct consent_line *line)
{
    bool part = false;
    for (size_t i = 0; i < line->n_uses; i++) {
        const struct use *use = &line->uses[i];
        cli_line(cli, TEXT_L_USED,
                cli_format(cli,
                        use->withdrawal_registered ? TEXT_USE_WITHDRAWN : TEXT_USE,
                        cli_number(cli, use->case_number), use->recipient));
        part |= use->withdrawal_registered;
    }
    if (part && line->withdrawn_ms == 0 && line->days_left > 0)
        cli_line(cli, TEXT_L_ENDING,
                cli_format(cli, TEXT_CONSENT_REST, cli_number(cli, line->number),
                        NULL));
    for (size_t i = 0; i < line->n_handed_over; i++) {
        const struct handed_over *over = &line->handed_over[i];
        cli_line(cli, TEXT_L_HANDED_OVER,
                cli_format(cli, TEXT_HANDED_OVER, over->partner,
                        cli_moment(cli, over->at_ms)));
    }
}

/* Who is the same person under another name, by whose word, and why. */
static void print_said(struct cli *cli, const struct consent_line *line)
{
    for (size_t i = 0; i < line->n_said_same; i++) {
        const struct said_same *said = &line->said_same[i];
        const char *name = said->birth_date[0] == '\0'
                                   ? said->name
                                   : cli_format(cli, TEXT_JOINED, said->name,
                                             cli_date_of(cli, said->birth_date));
        cli_line(cli, TEXT_L_SAID_SAME,
                said->case_number == 0 ? name
                                       : cli_format(cli, TEXT_SAID_IN_CASE, name,
                                                 cli_number(cli, said->case_number)));
        cli_line(cli, TEXT_L_SAID_BY,
                cli_format(cli, TEXT_JOINED, said->by, cli_moment(cli, said->at_ms)));
        cli_line(cli, TEXT_L_SAID_WHY, said->reason);
    }
}

/* Which text explained it: the hash is what shows that later. */
static void print_notice(struct cli *cli, const struct consent_give *given)
{
    char hex[2 * sizeof given->notice_sha256.b + 1];
    if (given->notice_title[0] == '\0')
        return;
    ids_hex(SPAN_OF(given->notice_sha256), hex);
    cli_line(cli, TEXT_L_NOTICE,
            cli_format(cli, TEXT_NOTICE_LINE, given->notice_title,
                    given->notice_version));
    cli_line(cli, TEXT_L_NOTICE_LANGUAGE, cli_language(cli, given->notice_language));
    cli_line(cli, TEXT_L_NOTICE_SUM, hex);
}

/* By which the receipt of the person names this record. */
static void print_id(struct cli *cli, const struct id *record_id)
{
    char text[ID_TEXT_BYTES];
    if (id_is_none(record_id))
        return;
    ids_text(record_id, text);
    cli_line(cli, TEXT_L_RECORD_ID, text);
}

static void print_given(struct cli *cli, const struct consent_give *given)
{
    cli_line(cli, TEXT_L_PERSON, given->person);
    cli_line(cli, TEXT_L_BIRTH_DATE, cli_date_of(cli, given->birth_date));
    cli_line(cli, TEXT_L_NISS, given->niss);
    cli_line(cli, TEXT_L_HOW, vocab_label(VOCAB_CONSENT_HOW, given->how, cli->lang));
    cli_line(cli, TEXT_L_GIVEN_BY, given->given_by);
    cli_line(cli, TEXT_L_AUTHORITY,
            vocab_label(VOCAB_CONSENT_AUTHORITY, given->authority, cli->lang));
    cli_line(cli, TEXT_L_COLLECTED_BY, given->collected_by);
    cli_line(cli, TEXT_L_PLACE, given->place);
    cli_line(cli, TEXT_L_LANGUAGE, cli_language(cli, given->language));
    cli_line(cli, TEXT_L_INTERPRETER_WAS, given->interpreter);
    cli_line(cli, TEXT_L_WITNESS, given->witness);
    cli_line(cli, TEXT_L_WITNESS_ROLE,
            vocab_label(VOCAB_WITNESS_ROLE, given->witness_role, cli->lang));
    print_notice(cli, given);
    cli_line(cli, TEXT_L_RECIPIENTS,
            cli_joined(cli, given->recipients, given->n_recipients));
    cli_line(cli, TEXT_L_RECIPIENT_TYPES,
            cli_labels(cli, VOCAB_PARTNER_TYPE, given->recipient_types,
                    given->n_recipient_types));
    cli_line(cli, TEXT_L_AREA, given->area);
    cli_line(cli, TEXT_L_PURPOSES,
            cli_labels(cli, VOCAB_PURPOSE, given->purposes, given->n_purposes));
    cli_line(cli, TEXT_L_DATA,
            cli_labels(cli, VOCAB_DATA_CATEGORY, given->data_categories,
                    given->n_data_categories));
    cli_line(cli, TEXT_L_PREVIEW,
            cli_labels(cli, VOCAB_DATA_CATEGORY, given->preview_categories,
                    given->n_preview_categories));
    cli_line(cli, TEXT_L_LEVEL,
            cli_words_of(cli, "name_", level_name(given->level_max)));
    cli_line(cli, TEXT_L_FROM, cli_day(cli, given->from_day));
    cli_line(cli, TEXT_L_UNTIL, cli_day(cli, given->until_day));
    cli_line(cli, TEXT_L_BASIS,
            vocab_label(VOCAB_LEGAL_BASIS, given->legal_basis, cli->lang));
    cli_line(cli, TEXT_L_SECRECY_BASIS,
            vocab_label(VOCAB_SECRECY_BASIS, given->secrecy_basis, cli->lang));
    cli_line(cli, TEXT_L_CONDITIONS,
            cli_labels(cli, VOCAB_SECRECY_CONDITION, given->secrecy_conditions,
                    given->n_secrecy_conditions));
    cli_line(cli, TEXT_L_ONWARD, cli_number(cli, given->onward_depth));
    if (given->keep_days != 0)
        cli_line(cli, TEXT_L_KEEP_DAYS, cli_number(cli, given->keep_days));
    if (given->renews != 0)
        cli_line(cli, TEXT_L_RENEWS, cli_number(cli, given->renews));
    print_id(cli, &given->record_id);
}

static void print_line(struct cli *cli, const struct consent_line *line)
{
    cli_heading(cli, cli_format(cli, TEXT_CONSENT_HEAD, cli_number(cli, line->number),
                             cli_words_of(cli, "consent_", line->state)));
    if (line->given != NULL)
        print_given(cli, line->given);
    cli_line(cli, TEXT_L_RECORDED, cli_moment(cli, line->recorded_ms));
    cli_line(cli, TEXT_L_WITHDRAWN, cli_moment(cli, line->withdrawn_ms));
    if (line->renewed_by != 0)
        cli_line(cli, TEXT_L_RENEWED_BY, cli_number(cli, line->renewed_by));
    if (line->ending)
        cli_line(cli, TEXT_L_ENDING,
                cli_format(cli, TEXT_CONSENT_ENDING, cli_number(cli, line->days_left),
                        NULL));
    print_said(cli, line);
    print_uses(cli, line);
}

static void print_record(struct cli *cli, const struct reply *reply)
{
    if (reply->consent == NULL || reply->consent->n_consents == 0) {
        cli_say(cli, TEXT_NONE_CONSENTS, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < reply->consent->n_consents; i++)
        print_line(cli, &reply->consent->consents[i]);
}

static int run_show(struct cli *cli)
{
    struct consent_show show = {0};
    const struct form form = {&WIRE_CONSENT_SHOW, &show};
    struct request request = {.consent_show = &show};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json)
        print_record(cli, &reply);
    return status;
}

/* --- withdraw --- */

static void print_brief(struct cli *cli, const struct consent_line *line)
{
    char until[CLI_NAME_BYTES];
    if (line->given == NULL)
        return;
    snprintf(until, sizeof until, "%s", cli_day(cli, line->given->until_day));
    fputs("  ", cli->out);
    cli_say(cli, TEXT_REACH_LINE, cli_number(cli, line->number),
            cli_format(cli, TEXT_REACH_WHO, line->given->person, until));
}

/* What would be taken back, what only looks like it, and who else must be asked. */
static void print_reach(struct cli *cli, const struct consent_record *reach)
{
    cli_say(cli, reach->n_consents > 0 ? TEXT_REACH_LINKED : TEXT_REACH_RECEIVED, NULL,
            NULL);
    for (size_t i = 0; i < reach->n_consents; i++)
        print_brief(cli, &reach->consents[i]);
    if (reach->n_alike > 0)
        cli_say(cli, TEXT_REACH_ALIKE, NULL, NULL);
    for (size_t i = 0; i < reach->n_alike; i++)
        print_brief(cli, &reach->alike[i]);
    if (reach->n_asked > 0)
        cli_say(cli, TEXT_REACH_ASKED, cli_joined(cli, reach->asked, reach->n_asked),
                NULL);
}

/* For a person who takes everything back: look first. Namesakes go along only when
 * somebody says so to this very list. *first: a record
 * of ours that goes along; 0: the case came under one of another. */
static int reach_of(struct cli *cli, struct consent_withdraw *withdraw, uint64_t *first)
{
    const struct consent_reach reach = {.case_number = withdraw->case_number};
    struct request request = {.consent_reach = &reach};
    struct reply reply;
    const char *key = cli->idempotency_key;
    int status = cli_send_quiet(cli, &request, &reply);
    cli->idempotency_key = key;
    if (status != EXIT_OK || reply.consent == NULL)
        return status;
    const struct consent_record *found = reply.consent;
    *first = found->n_consents > 0 ? found->consents[0].number : 0;
    if (!cli->json)
        print_reach(cli, found);
    if (found->n_alike == 0 || !cli->terminal || cli->json || cli->yes ||
            !cli_confirm(cli, TEXT_ASK_ALIKE, NULL))
        return EXIT_OK;
    uint64_t *also = arena_take(&cli->arena, found->n_alike * sizeof *also);
    if (also == NULL)
        return cli_no_room(cli);
    for (size_t i = 0; i < found->n_alike; i++)
        also[i] = found->alike[i].number;
    withdraw->also = also;
    withdraw->n_also = found->n_alike;
    return EXIT_OK;
}

static int run_withdraw(struct cli *cli)
{
    struct consent_withdraw withdraw = {0};
    const struct form form = {&WIRE_CONSENT_WITHDRAW, &withdraw};
    struct request request = {.consent_withdraw = &withdraw};
    struct reply reply;
    if (cli_given(cli, "NUMBER") && cli_given(cli, "case"))
        return cli_usage_error(cli, "NUMBER", TEXT_BAD_BOTH, "case", NULL);
    if (!cli_fill(cli, &form, 1) ||
            (withdraw.case_number == 0 && !cli_require(cli, &form, 1, "NUMBER")))
        return EXIT_USAGE;
    if (withdraw.reason == 0)
        withdraw.reason = WITHDRAWAL_REASON_PERSON_ASKED;
    uint64_t number = withdraw.number;
    int status = withdraw.case_number != 0 ? reach_of(cli, &withdraw, &number)
                                           : (int)EXIT_OK;
    if (status != EXIT_OK)
        return status;
    if (!cli_confirm(cli, TEXT_ASK_WITHDRAW, NULL)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    cli_say(cli, TEXT_DONE_WITHDRAWN, NULL, NULL);
    /* The person asks at once who has it already. */
    if (number != 0)
        cli_say(cli, TEXT_WITHDRAWN_NEXT, cli_number(cli, number), NULL);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"consent withdraw", TEXT_C_CONSENT_WITHDRAW, COMMAND_NODE, WITHDRAW,
         COUNT_OF(WITHDRAW),                                                                  run_withdraw},
        {"consent show",     TEXT_C_CONSENT_SHOW,     COMMAND_NODE, SHOW,     COUNT_OF(SHOW),
         run_show                                                                                         },
};
/* clang-format on */
const struct family CONSENT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
