/* cmd_record.c - a consent is recorded, renewed, and looked for: give, renew, list,
 * notice. */
#include "core/consent.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/ids.h"
#include "nodes/cli/cli.h"
#include "nodes/notice.h"

enum { NOTICE_FILE_MAX = 64 * 1024, LIST_COLUMNS = 6 };

/* clang-format off */
/* What is asked in every talk anew, also when an older consent is renewed. */
#define TALK_FLAGS                                                                     \
    {"how",           FLAG_CODE,     FLAG_REQUIRED, TEXT_F_HOW,           &WIRE_CONSENT_GIVE, "how"         }, \
    {"given-by",      FLAG_TEXT,     FLAG_ASKED,    TEXT_F_GIVEN_BY,      &WIRE_CONSENT_GIVE, "given_by"    }, \
    {"authority",     FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_AUTHORITY,     &WIRE_CONSENT_GIVE, "authority"   }, \
    {"place",         FLAG_TEXT,     FLAG_ASKED,    TEXT_F_PLACE,         &WIRE_CONSENT_GIVE, "place"       }, \
    {"interpreter",   FLAG_TEXT,     FLAG_ASKED,    TEXT_F_INTERPRETER_WAS,   &WIRE_CONSENT_GIVE, "interpreter" }, \
    {"witness",       FLAG_TEXT,     FLAG_ASKED,    TEXT_F_WITNESS,       &WIRE_CONSENT_GIVE, "witness"     }, \
    {"witness-role",  FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_WITNESS_ROLE,  &WIRE_CONSENT_GIVE, "witness_role"}, \
    {"explained-in",  FLAG_LANGUAGE, FLAG_ASKED,    TEXT_F_EXPLAINED_IN,  &WIRE_CONSENT_GIVE, "language"    }, \
    {"notice-file",   FLAG_FILE,     FLAG_OPTIONAL, TEXT_F_NOTICE_FILE,   NULL,               "notice_sha256"}, \
    {"notice-title",  FLAG_TEXT,     FLAG_OPTIONAL, TEXT_F_NOTICE_TITLE,  &WIRE_CONSENT_GIVE, "notice_title"}, \
    {"notice-version", FLAG_TEXT,    FLAG_OPTIONAL, TEXT_F_NOTICE_VERSION, &WIRE_CONSENT_GIVE, "notice_version"}, \
    {"notice-language", FLAG_LANGUAGE, FLAG_OPTIONAL, TEXT_F_NOTICE_LANGUAGE, &WIRE_CONSENT_GIVE, "notice_language"}, \
    {"from",          FLAG_DAY,      FLAG_OPTIONAL, TEXT_F_FROM,          &WIRE_CONSENT_GIVE, "from_day"    }, \
    {"until",         FLAG_DAY,      FLAG_ASKED,    TEXT_F_UNTIL_HALF_YEAR, &WIRE_CONSENT_GIVE, "until_day"}, \
    {"conditions",    FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_CONDITIONS,    &WIRE_CONSENT_GIVE, "secrecy_conditions"}

static const struct flag GIVE[] = {
        {"person",          FLAG_TEXT,     FLAG_REQUIRED, TEXT_F_CONSENT_PERSON,  &WIRE_CONSENT_GIVE, "person"            },
        {"birth-date",      FLAG_DATE,     FLAG_OPTIONAL, TEXT_F_CONSENT_BIRTH,   &WIRE_CONSENT_GIVE, "birth_date"        },
        TALK_FLAGS,
        {"recipients",      FLAG_PARTNER,  FLAG_ASKED,    TEXT_F_RECIPIENTS,      &WIRE_CONSENT_GIVE, "recipients"        },
        {"recipient-types", FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_RECIPIENT_TYPES, &WIRE_CONSENT_GIVE, "recipient_types"   },
        {"area",            FLAG_AREA,     FLAG_OPTIONAL, TEXT_F_CONSENT_AREA,    &WIRE_CONSENT_GIVE, "area"              },
        {"purposes",        FLAG_CODE,     FLAG_REQUIRED, TEXT_F_PURPOSES,        &WIRE_CONSENT_GIVE, "purposes"          },
        {"data",            FLAG_CODE,     FLAG_REQUIRED, TEXT_F_DATA,            &WIRE_CONSENT_GIVE, "data_categories"   },
        {"preview",         FLAG_CODE,     FLAG_ASKED,    TEXT_F_PREVIEW,         &WIRE_CONSENT_GIVE, "preview_categories"},
        {"level",           FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_LEVEL,           &WIRE_CONSENT_GIVE, "level_max"         },
        {"basis",           FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_BASIS,           &WIRE_CONSENT_GIVE, "legal_basis"       },
        {"secrecy-basis",   FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_SECRECY_BASIS,   &WIRE_CONSENT_GIVE, "secrecy_basis"     },
        {"onward",          FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_ONWARD,          &WIRE_CONSENT_GIVE, "onward_depth"      },
        {"keep",            FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_KEEP_DAYS,       &WIRE_CONSENT_GIVE, "keep_days"         },
};
static const struct flag RENEW[] = {
        {"NUMBER",          FLAG_NUMBER,   FLAG_REQUIRED, TEXT_F_CONSENT_NUMBER,  &WIRE_CONSENT_RENEW, "number"           },
        TALK_FLAGS,
        {"recipients",      FLAG_PARTNER,  FLAG_OPTIONAL, TEXT_F_RECIPIENTS,      &WIRE_CONSENT_GIVE, "recipients"        },
        {"recipient-types", FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_RECIPIENT_TYPES, &WIRE_CONSENT_GIVE, "recipient_types"   },
        {"area",            FLAG_AREA,     FLAG_OPTIONAL, TEXT_F_CONSENT_AREA,    &WIRE_CONSENT_GIVE, "area"              },
        {"purposes",        FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_PURPOSES,        &WIRE_CONSENT_GIVE, "purposes"          },
        {"data",            FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_DATA,            &WIRE_CONSENT_GIVE, "data_categories"   },
        {"preview",         FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_PREVIEW,         &WIRE_CONSENT_GIVE, "preview_categories"},
        {"level",           FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_LEVEL,           &WIRE_CONSENT_GIVE, "level_max"         },
        {"basis",           FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_BASIS,           &WIRE_CONSENT_GIVE, "legal_basis"       },
        {"secrecy-basis",   FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_SECRECY_BASIS,   &WIRE_CONSENT_GIVE, "secrecy_basis"     },
        {"onward",          FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_ONWARD,          &WIRE_CONSENT_GIVE, "onward_depth"      },
        {"keep",            FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_KEEP_DAYS,       &WIRE_CONSENT_GIVE, "keep_days"         },
};
static const struct flag LIST[] = {
        {"filter",          FLAG_CODE,     FLAG_OPTIONAL, TEXT_F_CONSENT_FILTER,  &WIRE_CONSENT_LIST, "filter"            },
        {"after",           FLAG_NUMBER,   FLAG_OPTIONAL, TEXT_F_CONSENT_AFTER,   &WIRE_CONSENT_LIST, "after"             },
        {"limit",           FLAG_PAGE,     FLAG_OPTIONAL, TEXT_F_LIMIT,           &WIRE_CONSENT_LIST, "limit"             },
};
/* clang-format on */

/* --- the talk --- */

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* Which text was read is shown later by its hash; the text itself stays where it is. */
static int read_notice(struct cli *cli, struct consent_give *give)
{
    const char *path = cli_text(cli, "notice-file");
    struct err err = {0};
    struct span text;
    if (path == NULL)
        return EXIT_OK;
    if (!file_read(path, NOTICE_FILE_MAX, &cli->arena, &text, &err))
        return cli_fail_file(cli, path, NOTICE_FILE_MAX, &err);
    give->notice_sha256 = hash_sha256_one(text);
    return EXIT_OK;
}

/* What one answer makes necessary; a person at a terminal is asked for it now. */
static int check_talk(struct cli *cli, const struct form *forms, size_t n_forms,
        struct consent_give *give)
{
    bool other = give->how == CONSENT_HOW_VIA_REPRESENTATIVE ||
                 give->how == CONSENT_HOW_VIA_TRUSTED_PERSON ||
                 !is_empty(give->given_by);
    bool interpreter = give->how == CONSENT_HOW_VIA_INTERPRETER;
    bool witness = !is_empty(give->witness);
    bool shared = give->secrecy_basis == SECRECY_BASIS_SHARED_SECRECY;
    bool own_notice = cli_given(cli, "notice-file");
    /* Otherwise the highest level is the usual one, and what is special is refused
     * after all questions. */
    bool special = cli->terminal && !cli->json &&
                   consent_level_of(consent_bits(give->data_categories,
                           give->n_data_categories)) > LEVEL_S1;
    const struct {
        bool needed;
        const char *flag;
    } needs[] = {
            {other,       "authority"     },
            {interpreter, "interpreter"   },
            {witness,     "witness-role"  },
            {shared,      "conditions"    },
            {own_notice,  "notice-title"  },
            {own_notice,  "notice-version"},
            {special,     "level"         },
    };
    for (size_t i = 0; i < COUNT_OF(needs); i++)
        if (needs[i].needed && !cli_require(cli, forms, n_forms, needs[i].flag))
            return EXIT_USAGE;
    if (give->onward_depth > CONSENT_ONWARD_MAX)
        return cli_usage_error(cli, "--onward", TEXT_BAD_CHOICE,
                cli_text(cli, "onward"), "0, 1, 2, 3");
    if (give->from_day != 0 && give->until_day != 0 && give->from_day > give->until_day)
        return cli_usage_error(cli, "--until", TEXT_BAD_BEFORE, "--from", NULL);
    return read_notice(cli, give);
}

/* --- give --- */

/* What is most often so, when nothing else was said. */
static void set_usual(const struct cli *cli, struct consent_give *give)
{
    if (give->level_max == LEVEL_NONE)
        give->level_max = LEVEL_S1;
    if (give->legal_basis == 0)
        give->legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT;
    if (is_empty(give->language))
        give->language = lang_tag(cli->lang);
}

static int check_give(const struct cli *cli, const struct consent_give *give)
{
    if (give->n_recipients == 0 && give->n_recipient_types == 0)
        return cli_usage_error(cli, "--recipients", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_RECIPIENTS), NULL);
    if (give->n_recipient_types > 0 && is_empty(give->area))
        return cli_usage_error(cli, "--area", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_CONSENT_AREA), NULL);
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
    if (status == EXIT_OK)
        status = check_talk(cli, &form, 1, &give);
    if (status != EXIT_OK)
        return status;
    set_usual(cli, &give);
    status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL)
        cli_say(cli, TEXT_DONE_CONSENT, cli_number(cli, reply.made->consent_number),
                NULL);
    return status;
}

/* --- renew --- */

static int run_renew(struct cli *cli)
{
    struct consent_give give = {0};
    struct consent_renew renew = {.given = &give};
    const struct form forms[] = {
            {&WIRE_CONSENT_RENEW, &renew},
            {&WIRE_CONSENT_GIVE,  &give }
    };
    struct request request = {.consent_renew = &renew};
    struct reply reply;
    if (!cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    int status = check_talk(cli, forms, COUNT_OF(forms), &give);
    if (status != EXIT_OK)
        return status;
    give.no_onward = cli_given(cli, "onward") && give.onward_depth == 0;
    status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json || reply.made == NULL)
        return status;
    cli_say(cli, TEXT_DONE_RENEWED, cli_number(cli, reply.made->consent_number),
            cli_number(cli, renew.number));
    /* What left under the old one stays under it. */
    if (reply.made->count > 0)
        cli_say(cli, TEXT_RENEWED_LIVE, cli_number(cli, reply.made->count),
                cli_number(cli, reply.made->consent_number));
    return status;
}

/* --- list --- */

static const char *stand_words(struct cli *cli, const struct consent_line *line)
{
    const char *ends = cli_format(cli, TEXT_CONSENT_ENDING,
            cli_number(cli, line->days_left), NULL);
    const char *after = cli_format(cli, TEXT_CONSENT_RENEWED,
            cli_number(cli, line->renewed_by), NULL);
    bool renewed = line->renewed_by != 0 && strcmp(line->state, "withdrawn") != 0;
    if (line->ending)
        return renewed ? cli_format(cli, TEXT_JOINED, after, ends) : ends;
    if (renewed)
        return after;
    if (strcmp(line->state, "later") == 0 && line->given != NULL)
        return cli_format(cli, TEXT_CONSENT_FROM, cli_day(cli, line->given->from_day),
                NULL);
    return cli_words_of(cli, "consent_", line->state);
}

static const char *recipients_of(struct cli *cli, const struct consent_give *given)
{
    if (given->n_recipients > 0)
        return cli_joined(cli, given->recipients, given->n_recipients);
    return cli_labels(cli, VOCAB_PARTNER_TYPE, given->recipient_types,
            given->n_recipient_types);
}

static void put_row(struct cli *cli, const struct consent_line *line,
        const char **cells)
{
    const struct consent_give *given = line->given;
    cells[0] = cli_number(cli, line->number);
    cells[1] = given != NULL ? given->person : "";
    cells[2] = given != NULL ? recipients_of(cli, given) : "";
    cells[3] = given != NULL ? cli_day(cli, given->until_day) : "";
    cells[4] = stand_words(cli, line);
    cells[5] = line->live_cases > 0 ? cli_number(cli, line->live_cases) : "";
}

static int print_list(struct cli *cli, const struct consent_record *record)
{
    size_t n = record != NULL ? record->n_consents : 0;
    const char **cells =
            arena_take(&cli->arena, (n + 1) * LIST_COLUMNS * sizeof *cells);
    if (cells == NULL)
        return cli_no_room(cli);
    if (n == 0) {
        cli_say(cli, TEXT_NONE_CONSENTS, NULL, NULL);
        return EXIT_OK;
    }
    cells[0] = cli_words(cli, TEXT_H_NUMBER);
    cells[1] = cli_words(cli, TEXT_H_PERSON);
    cells[2] = cli_words(cli, TEXT_L_RECIPIENTS);
    cells[3] = cli_words(cli, TEXT_L_UNTIL);
    cells[4] = cli_words(cli, TEXT_H_STATE);
    cells[5] = cli_words(cli, TEXT_H_LIVE);
    for (size_t i = 0; i < n; i++)
        put_row(cli, &record->consents[i], cells + (i + 1) * LIST_COLUMNS);
    cli_table(cli, cells, n + 1, LIST_COLUMNS);
    if (record->more)
        cli_say(cli, TEXT_MORE, cli_number(cli, record->consents[n - 1].number), NULL);
    return EXIT_OK;
}

static int run_list(struct cli *cli)
{
    struct consent_list list = {.limit = 0};
    const struct form form = {&WIRE_CONSENT_LIST, &list};
    struct request request = {.consent_list = &list};
    struct reply reply;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || cli->json)
        return status;
    return print_list(cli, reply.consent);
}

/* --- notice --- */

static int run_notice(struct cli *cli)
{
    struct key32 hash = notice_hash(cli->lang);
    char hex[2 * sizeof hash.b + 1];
    ids_hex(SPAN_OF(hash), hex);
    const char *const pairs[] = {"title", notice_title(cli->lang), "version",
            NOTICE_VERSION, "language", lang_tag(cli->lang), "sha256", hex, "text",
            notice_text(cli->lang), NULL};
    if (cli->json)
        return cli_json_texts(cli, pairs) ? EXIT_OK : EXIT_COULD_NOT;
    fprintf(cli->out, "%s\n\n", notice_title(cli->lang));
    cli_paragraph(cli->out, notice_text(cli->lang), 0);
    cli_say(cli, TEXT_NOTICE_FOOT, NOTICE_VERSION, hex);
    return EXIT_OK;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"consent give",   TEXT_C_CONSENT_GIVE,   COMMAND_NODE,    GIVE,  COUNT_OF(GIVE),  run_give  },
        {"consent renew",  TEXT_C_CONSENT_RENEW,  COMMAND_NODE,    RENEW, COUNT_OF(RENEW), run_renew },
        {"consent list",   TEXT_C_CONSENT_LIST,   COMMAND_NODE,    LIST,  COUNT_OF(LIST),  run_list  },
        {"consent notice", TEXT_C_CONSENT_NOTICE, COMMAND_NO_HOME, NULL,  0,               run_notice},
};
/* clang-format on */
const struct family RECORD_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
