/* record.c - the rules that a consent record must keep, one row each. */
#include "core/consent.h"
#include "core/ids.h"
#include "nodes/alike_person.h"
#include "nodes/record_inner.h"

bool record_by_other(uint16_t authority)
{
    return authority != 0 &&
           strcmp(vocab_column(VOCAB_CONSENT_AUTHORITY, authority, "speaks"), "self") !=
                   0;
}

typedef bool wrong(const struct consent_give *given);

static bool speaks(const struct consent_give *given, const char *how)
{
    return strcmp(vocab_column(VOCAB_CONSENT_AUTHORITY, given->authority, "speaks"),
                   how) == 0;
}

static bool same_text(const char *a, const char *b)
{
    return !text_is_blank(a) && !text_is_blank(b) && alike_same_name(a, b);
}

static bool no_person(const struct consent_give *given)
{
    return text_is_blank(given->person);
}

static bool no_how(const struct consent_give *given)
{
    return given->how == 0;
}

static bool no_purpose(const struct consent_give *given)
{
    return given->n_purposes == 0;
}

static bool no_data(const struct consent_give *given)
{
    return given->n_data_categories == 0;
}

static bool no_level(const struct consent_give *given)
{
    return given->level_max == LEVEL_NONE;
}

static bool no_basis(const struct consent_give *given)
{
    return given->legal_basis == 0;
}

static bool no_recipient(const struct consent_give *given)
{
    return given->n_recipients == 0 && given->n_recipient_types == 0;
}

/* Kinds of organisations are meant within an area. */
static bool bad_area(const struct consent_give *given)
{
    const char *area = given->area == NULL ? "" : given->area;
    bool needed = given->n_recipient_types > 0 || area[0] != '\0';
    return needed && (strlen(area) != 5 || strspn(area, "0123456789") != 5);
}

static bool bad_onward(const struct consent_give *given)
{
    return given->onward_depth > CONSENT_ONWARD_MAX;
}

static bool bad_recipient(const struct consent_give *given)
{
    for (size_t i = 0; i < given->n_recipients; i++)
        if (!ids_partner_ok(given->recipients[i]))
            return true;
    return false;
}

static bool recipient_twice(const struct consent_give *given)
{
    for (size_t i = 0; i < given->n_recipients; i++)
        if (consent_has_text(given->recipients, i, given->recipients[i]))
            return true;
    return false;
}

static bool type_twice(const struct consent_give *given)
{
    return consent_row_twice(given->recipient_types, given->n_recipient_types);
}

static bool purpose_twice(const struct consent_give *given)
{
    return consent_row_twice(given->purposes, given->n_purposes);
}

static bool data_twice(const struct consent_give *given)
{
    return consent_row_twice(given->data_categories, given->n_data_categories);
}

static bool preview_twice(const struct consent_give *given)
{
    return consent_row_twice(given->preview_categories, given->n_preview_categories);
}

/* Without a yes there is nobody who gave it. */
static bool consent_without_yes(const struct consent_give *given)
{
    return record_is_consent(given) && given->how == CONSENT_HOW_NO_CONSENT;
}

static bool yes_without_consent(const struct consent_give *given)
{
    return given->legal_basis != 0 && !record_is_consent(given) && given->how != 0 &&
           given->how != CONSENT_HOW_NO_CONSENT;
}

/* What is special (health, violence and the like) needs a yes that was said. */
static bool not_explicit(const struct consent_give *given)
{
    uint64_t data = consent_bits(given->data_categories, given->n_data_categories);
    return given->legal_basis == LEGAL_BASIS_CONSENT &&
           (given->level_max == LEVEL_S2 || consent_level_of(data) == LEVEL_S2);
}

static bool level_under_data(const struct consent_give *given)
{
    uint64_t data = consent_bits(given->data_categories, given->n_data_categories);
    return given->n_data_categories > 0 && given->level_max != LEVEL_NONE &&
           consent_level_of(data) > given->level_max;
}

static bool preview_beyond(const struct consent_give *given)
{
    uint64_t data = consent_bits(given->data_categories, given->n_data_categories);
    uint64_t preview =
            consent_bits(given->preview_categories, given->n_preview_categories);
    return (preview & ~data) != 0 || (preview & consent_naming()) != 0;
}

static bool no_authority(const struct consent_give *given)
{
    return record_via_other(given) && given->authority == 0;
}

static bool no_representative(const struct consent_give *given)
{
    return given->how == CONSENT_HOW_VIA_REPRESENTATIVE && given->authority != 0 &&
           !speaks(given, "representative");
}

static bool no_trusted_person(const struct consent_give *given)
{
    return given->how == CONSENT_HOW_VIA_TRUSTED_PERSON && given->authority != 0 &&
           !speaks(given, "trusted");
}

static bool no_speaker(const struct consent_give *given)
{
    return record_by_other(given->authority) && text_is_blank(given->given_by);
}

static bool speaks_for_self(const struct consent_give *given)
{
    return record_by_other(given->authority) &&
           same_text(given->given_by, given->person);
}

static bool other_without_ground(const struct consent_give *given)
{
    return given->authority == CONSENT_AUTHORITY_PERSON &&
           !text_is_blank(given->given_by) && !text_is_blank(given->person) &&
           !alike_same_name(given->given_by, given->person);
}

static bool speaker_without_yes(const struct consent_give *given)
{
    return given->how == CONSENT_HOW_NO_CONSENT &&
           (given->authority != 0 || !text_is_blank(given->given_by));
}

static bool no_witness_role(const struct consent_give *given)
{
    return !text_is_blank(given->witness) && given->witness_role == 0;
}

static bool no_witness(const struct consent_give *given)
{
    return text_is_blank(given->witness) && given->witness_role != 0;
}

static bool witness_is_speaker(const struct consent_give *given)
{
    return same_text(given->witness, given->person) ||
           same_text(given->witness, given->given_by);
}

static bool witness_is_collector(const struct consent_give *given)
{
    return same_text(given->witness, given->collected_by);
}

static bool no_interpreter(const struct consent_give *given)
{
    return given->how == CONSENT_HOW_VIA_INTERPRETER &&
           text_is_blank(given->interpreter);
}

static bool interpreter_is_speaker(const struct consent_give *given)
{
    return same_text(given->interpreter, given->person) ||
           same_text(given->interpreter, given->given_by);
}

/* A small part of BCP 47: "nl", "ar", "fr-BE". */
static bool tag_ok(const char *tag)
{
    size_t head = strspn(tag, "abcdefghijklmnopqrstuvwxyz");
    return (head == 2 || head == 3) &&
           (tag[head] == '\0' || (tag[head] == '-' && tag[head + 1] != '\0'));
}

static bool bad_language(const struct consent_give *given)
{
    return text_is_blank(given->language) || !tag_ok(given->language);
}

static bool no_notice_title(const struct consent_give *given)
{
    return record_was_explained(given) && text_is_blank(given->notice_title);
}

static bool no_notice_version(const struct consent_give *given)
{
    return record_was_explained(given) && text_is_blank(given->notice_version);
}

static bool bad_notice_language(const struct consent_give *given)
{
    return record_was_explained(given) &&
           (text_is_blank(given->notice_language) || !tag_ok(given->notice_language));
}

static bool no_notice_hash(const struct consent_give *given)
{
    static const struct key32 NONE;
    return record_was_explained(given) && key32_equal(&given->notice_sha256, &NONE);
}

static bool no_secrecy(const struct consent_give *given)
{
    return given->secrecy_basis == 0;
}

static bool secrecy_by_no_consent(const struct consent_give *given)
{
    return given->secrecy_basis == SECRECY_BASIS_PERSON_CONSENT &&
           given->legal_basis != 0 && !record_is_consent(given);
}

static bool secrecy_not_personal(const struct consent_give *given)
{
    return given->secrecy_basis == SECRECY_BASIS_NOT_PERSONAL &&
           given->level_max > LEVEL_S0;
}

static bool conditions_not_here(const struct consent_give *given)
{
    return given->n_secrecy_conditions > 0 &&
           given->secrecy_basis != SECRECY_BASIS_SHARED_SECRECY;
}

static bool bad_keep(const struct consent_give *given)
{
    return given->keep_days > RECORD_KEEP_DAYS_MAX;
}

static const struct rule {
    const char *field;
    enum words words;
    wrong *is_wrong;
} RULES[] = {
        {"person",             WORDS_MISSING,              no_person             },
        {"how",                WORDS_MISSING,              no_how                },
        {"purposes",           WORDS_MISSING,              no_purpose            },
        {"data_categories",    WORDS_MISSING,              no_data               },
        {"level_max",          WORDS_MISSING,              no_level              },
        {"legal_basis",        WORDS_MISSING,              no_basis              },
        {"recipients",         WORDS_MISSING,              no_recipient          },
        {"area",               WORDS_AREA,                 bad_area              },
        {"onward_depth",       WORDS_ONWARD,               bad_onward            },
        {"recipients",         WORDS_PARTNER,              bad_recipient         },
        {"recipients",         WORDS_TWICE,                recipient_twice       },
        {"recipient_types",    WORDS_TWICE,                type_twice            },
        {"purposes",           WORDS_TWICE,                purpose_twice         },
        {"data_categories",    WORDS_TWICE,                data_twice            },
        {"preview_categories", WORDS_TWICE,                preview_twice         },
        {"how",                WORDS_CONSENT_WITHOUT_YES,  consent_without_yes   },
        {"legal_basis",        WORDS_YES_WITHOUT_CONSENT,  yes_without_consent   },
        {"legal_basis",        WORDS_NOT_EXPLICIT,         not_explicit          },
        {"level_max",          WORDS_LEVEL_UNDER_DATA,     level_under_data      },
        {"preview_categories", WORDS_PREVIEW_BEYOND,       preview_beyond        },
        {"authority",          WORDS_NO_AUTHORITY,         no_authority          },
        {"authority",          WORDS_NO_REPRESENTATIVE,    no_representative     },
        {"authority",          WORDS_NO_TRUSTED_PERSON,    no_trusted_person     },
        {"given_by",           WORDS_NO_SPEAKER,           no_speaker            },
        {"given_by",           WORDS_SPEAKS_FOR_SELF,      speaks_for_self       },
        {"authority",          WORDS_OTHER_WITHOUT_GROUND, other_without_ground  },
        {"given_by",           WORDS_SPEAKER_WITHOUT_YES,  speaker_without_yes   },
        {"witness_role",       WORDS_NO_WITNESS_ROLE,      no_witness_role       },
        {"witness",            WORDS_NO_WITNESS,           no_witness            },
        {"witness",            WORDS_WITNESS_IS_SPEAKER,   witness_is_speaker    },
        {"witness",            WORDS_WITNESS_ASKED,        witness_is_collector  },
        {"interpreter",        WORDS_NO_INTERPRETER,       no_interpreter        },
        {"interpreter",        WORDS_INTERPRETER_SPEAKS,   interpreter_is_speaker},
        {"language",           WORDS_LANGUAGE,             bad_language          },
        {"notice_title",       WORDS_NOTICE,               no_notice_title       },
        {"notice_version",     WORDS_NOTICE,               no_notice_version     },
        {"notice_language",    WORDS_LANGUAGE,             bad_notice_language   },
        {"notice_sha256",      WORDS_NOTICE_HASH,          no_notice_hash        },
        {"secrecy_basis",      WORDS_MISSING,              no_secrecy            },
        {"secrecy_basis",      WORDS_SECRECY_NO_CONSENT,   secrecy_by_no_consent },
        {"secrecy_basis",      WORDS_SECRECY_PERSONAL,     secrecy_not_personal  },
        {"secrecy_conditions", WORDS_CONDITIONS_NOT_HERE,  conditions_not_here   },
        {"keep_days",          WORDS_KEEP,                 bad_keep              },
};

struct faults {
    struct record_fault *list;
    size_t n;
};

static void add(struct faults *faults, struct record_fault fault)
{
    if (faults->n < RECORD_FAULTS_MAX)
        faults->list[faults->n++] = fault;
}

/* Shared secrecy stands on five conditions together; each that is not ticked is named.
 */
static void check_conditions(const struct consent_give *given, struct faults *faults)
{
    uint64_t ticked =
            consent_bits(given->secrecy_conditions, given->n_secrecy_conditions);
    if (given->secrecy_basis != SECRECY_BASIS_SHARED_SECRECY)
        return;
    for (uint16_t row = 1; row <= vocab_count(VOCAB_SECRECY_CONDITION); row++)
        if ((ticked >> row & 1) == 0)
            add(faults, (struct record_fault){E_FIELD, "secrecy_conditions",
                                WORDS_CONDITION, row});
}

static void check_days(const struct consent_give *given, int32_t today,
        struct faults *faults)
{
    if (given->until_day < given->from_day ||
            given->until_day - given->from_day > CONSENT_DAYS_MAX)
        add(faults, (struct record_fault){E_FIELD, "until_day", WORDS_DAYS, 0});
    else if ((int32_t)given->until_day < today)
        add(faults, (struct record_fault){E_TTL, "until_day", WORDS_DAY_PAST, 0});
}

size_t record_check(const struct consent_give *given, int32_t today,
        struct record_fault faults[RECORD_FAULTS_MAX])
{
    struct faults found = {faults, 0};
    for (size_t i = 0; i < COUNT_OF(RULES); i++)
        if (RULES[i].is_wrong(given))
            add(&found,
                    (struct record_fault){E_FIELD, RULES[i].field, RULES[i].words, 0});
    check_conditions(given, &found);
    check_days(given, today, &found);
    return found.n;
}
