/* cmd_consent.c - what a person allowed: give, withdraw, show. */
#include "nodes/cli/cli.h"

enum { ONWARD_DEPTH_MAX = 3 };

/* clang-format off */
static const struct flag GIVE[] = {
        {"person",          FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_CONSENT_PERSON,  &WIRE_CONSENT_GIVE,
         "person"                                                                                                      },
        {"how",             FLAG_CODE,     FLAG_REQUIRED, TEXT_F_HOW,             &WIRE_CONSENT_GIVE, "how"            },
        {"given-by",        FLAG_TEXT,     FLAG_ASKED,    TEXT_F_GIVEN_BY,        &WIRE_CONSENT_GIVE,
         "given_by"                                                                                                    },
        {"witness",         FLAG_TEXT,     FLAG_OPTIONAL, TEXT_F_WITNESS,         &WIRE_CONSENT_GIVE,
         "witness"                                                                                                     },
        {"recipients",      FLAG_PARTNER,  FLAG_ASKED,    TEXT_F_RECIPIENTS,      &WIRE_CONSENT_GIVE,
         "recipients"                                                                                                  },
        {"recipient-types", FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_RECIPIENT_TYPES,
         &WIRE_CONSENT_GIVE,                                                                          "recipient_types"},
        {"area",            FLAG_AREA,     FLAG_OPTIONAL, TEXT_F_CONSENT_AREA,    &WIRE_CONSENT_GIVE,
         "area"                                                                                                        },
        {"purposes",        FLAG_CODE,     FLAG_REQUIRED, TEXT_F_PURPOSES,        &WIRE_CONSENT_GIVE,
         "purposes"                                                                                                    },
        {"data",            FLAG_CODE,     FLAG_REQUIRED, TEXT_F_DATA,            &WIRE_CONSENT_GIVE,
         "data_categories"                                                                                             },
        {"preview",         FLAG_CODE,     FLAG_ASKED,    TEXT_F_PREVIEW,         &WIRE_CONSENT_GIVE,
         "preview_categories"                                                                                          },
        {"level",           FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_LEVEL,           &WIRE_CONSENT_GIVE,
         "level_max"                                                                                                   },
        {"from",            FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_FROM,            &WIRE_CONSENT_GIVE, "from_day"       },
        {"until",           FLAG_DAY,      FLAG_ASKED,    TEXT_F_UNTIL_HALF_YEAR, &WIRE_CONSENT_GIVE,
         "until_day"                                                                                                   },
        {"basis",           FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_BASIS,           &WIRE_CONSENT_GIVE,
         "legal_basis"                                                                                                 },
        {"secrecy-basis",   FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_SECRECY_BASIS,
         &WIRE_CONSENT_GIVE,                                                                          "secrecy_basis"  },
        {"onward",          FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_ONWARD,          &WIRE_CONSENT_GIVE,
         "onward_depth"                                                                                                },
        {"explained-in",    FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_EXPLAINED_IN,
         &WIRE_CONSENT_GIVE,                                                                          "language"       },
};
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

/* --- give --- */

/* What is most often so, when nothing else was said. */
static void set_usual(const struct cli *cli, struct consent_give *give)
{
    if (give->level_max == LEVEL_NONE)
        give->level_max = LEVEL_S1;
    if (give->legal_basis == 0)
        give->legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT;
    if (give->secrecy_basis == 0)
        give->secrecy_basis = SECRECY_BASIS_PERSON_CONSENT;
    if (give->given_by == NULL || give->given_by[0] == '\0')
        give->given_by = give->person;
    if (give->language == NULL || give->language[0] == '\0')
        give->language = lang_tag(cli->lang);
}

static int check_give(const struct cli *cli, const struct consent_give *give)
{
    if (give->n_recipients == 0 && give->n_recipient_types == 0)
        return cli_usage_error(cli, "--recipients", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_RECIPIENTS), NULL);
    if (give->n_recipient_types > 0 && (give->area == NULL || give->area[0] == '\0'))
        return cli_usage_error(cli, "--area", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_CONSENT_AREA), NULL);
    if (give->onward_depth > ONWARD_DEPTH_MAX)
        return cli_usage_error(cli, "--onward", TEXT_BAD_CHOICE,
                cli_text(cli, "onward"), "0, 1, 2, 3");
    if (give->from_day != 0 && give->until_day != 0 && give->from_day > give->until_day)
        return cli_usage_error(cli, "--until", TEXT_BAD_BEFORE, "from", NULL);
    return EXIT_OK;
}

static int run_give(struct cli *cli)
{
    struct consent_give give = {0};
    const struct form form = {&WIRE_CONSENT_GIVE, &give};
    struct request request = {.consent_give = &give};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = check_give(cli, &give);
    if (status != EXIT_OK)
        return status;
    set_usual(cli, &give);
    status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL)
        cli_say(cli, TEXT_DONE_CONSENT, cli_number(cli, reply.made->consent_number),
                NULL);
    return status;
}

/* --- show --- */

static void print_uses(struct cli *cli, const struct consent_line *line)
{
    for (size_t i = 0; i < line->n_uses; i++) {
        const struct use *use = &line->uses[i];
        cli_line(cli, TEXT_L_USED,
                cli_format(cli,
                        use->withdrawal_registered ? TEXT_USE_WITHDRAWN : TEXT_USE,
                        cli_number(cli, use->case_number), use->recipient));
    }
    for (size_t i = 0; i < line->n_handed_over; i++) {
        const struct handed_over *over = &line->handed_over[i];
        cli_line(cli, TEXT_L_HANDED_OVER,
                cli_format(cli, TEXT_HANDED_OVER, over->partner,
                        cli_moment(cli, over->at_ms)));
    }
}

static void print_given(struct cli *cli, const struct consent_give *given)
{
    cli_line(cli, TEXT_L_PERSON, given->person);
    cli_line(cli, TEXT_L_HOW, vocab_label(VOCAB_CONSENT_HOW, given->how, cli->lang));
    cli_line(cli, TEXT_L_GIVEN_BY, given->given_by);
    cli_line(cli, TEXT_L_WITNESS, given->witness);
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
}

static void print_line(struct cli *cli, const struct consent_line *line)
{
    cli_heading(cli, cli_format(cli, TEXT_CONSENT_HEAD, cli_number(cli, line->number),
                             cli_words_of(cli, "consent_", line->state)));
    if (line->given != NULL)
        print_given(cli, line->given);
    cli_line(cli, TEXT_L_RECORDED, cli_moment(cli, line->recorded_ms));
    cli_line(cli, TEXT_L_WITHDRAWN, cli_moment(cli, line->withdrawn_ms));
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
    if (!cli_confirm(cli, TEXT_ASK_WITHDRAW, NULL)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    cli_say(cli, TEXT_DONE_WITHDRAWN, NULL, NULL);
    if (reply.consent != NULL)
        print_record(cli, &reply);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"consent give",     TEXT_C_CONSENT_GIVE,     COMMAND_NODE, GIVE,     COUNT_OF(GIVE),
         run_give                                                                                         },
        {"consent withdraw", TEXT_C_CONSENT_WITHDRAW, COMMAND_NODE, WITHDRAW,
         COUNT_OF(WITHDRAW),                                                                  run_withdraw},
        {"consent show",     TEXT_C_CONSENT_SHOW,     COMMAND_NODE, SHOW,     COUNT_OF(SHOW),
         run_show                                                                                         },
};
/* clang-format on */
const struct family CONSENT_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
