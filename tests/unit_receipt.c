/* unit_receipt.c - what a person takes home, whole: the text in three languages as it
 * stands in tests/receipts/, and the JSON-LD against the shape of docs/consent.md.
 *
 * GOLDEN=write rewrites the texts; then read every sentence again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/hash.h"
#include "core/ids.h"
#include "core/time.h"
#include "nodes/cli/cli.h"

enum { RECORDED_DAY = 20779, TEXT_MAX = 32 * 1024 };

/* ---- receipts ---- */

static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION,
        PURPOSE_CONTACT_AND_VISIT};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_LANGUAGE,
        DATA_CATEGORY_NEEDS};
static const uint16_t MORE_DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS,
        DATA_CATEGORY_HEALTH};
static const uint16_t PREVIEW[] = {DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS};
static const uint16_t NEEDS[] = {DATA_CATEGORY_NEEDS};
static const uint16_t KINDS[] = {PARTNER_TYPE_GP, PARTNER_TYPE_WGC};
static const uint16_t FIVE[] = {SECRECY_CONDITION_BOUND, SECRECY_CONDITION_SAME_TASK,
        SECRECY_CONDITION_INTEREST, SECRECY_CONDITION_NECESSARY,
        SECRECY_CONDITION_INFORMED};
static const char *const ONE[] = {"ldc-aksant"};
static const char *const THREE[] = {"ldc-noord", "antenne-noord", "caw-demo"};
static const struct organisation ORGANISATIONS[] = {
        {"thuiszorg-zenne", "Thuiszorg Zenne",        PARTNER_TYPE_HOMECARE},
        {"ldc-aksant",      "Dienstencentrum Aksant", PARTNER_TYPE_LDC     },
        {"ldc-noord",       "Dienstencentrum Noord",  PARTNER_TYPE_LDC     },
        {"antenne-noord",   "Antenne Noord",          PARTNER_TYPE_ANTENNA },
        {"caw-demo",        "CAW Demo",               PARTNER_TYPE_CAW     },
};
static const struct handed_letter LETTERS[] = {
        {.partner = "ldc-noord",
         .on_behalf_of = "antenne-noord",
         .type = LETTER_TYPE_PREVIEW,
         .data_categories = NEEDS,
         .n_data_categories = 1},
        {.partner = "caw-demo",
         .on_behalf_of = "",
         .type = LETTER_TYPE_PREVIEW,
         .data_categories = NEEDS,
         .n_data_categories = 1},
        {.partner = "caw-demo",              .on_behalf_of = "",                               .type = LETTER_TYPE_INFO_REPLY                                                                                              },
        {.partner = "caw-demo",
         .on_behalf_of = "",
         .type = LETTER_TYPE_CONTENT,
         .data_categories = MORE_DATA,
         .n_data_categories = COUNT_OF(MORE_DATA)},
        {.partner = "caw-demo",                    .on_behalf_of = "",                                     .type = LETTER_TYPE_TEXT                                                                                         },
        {.partner = "thuiszorg-zenne", .on_behalf_of = "",             .type = LETTER_TYPE_VISIT                                                    },
};

static struct consent_give given;
static struct consent_line line;
static struct handed_letter letters[COUNT_OF(LETTERS)];
static struct consent_receipt receipt;
static struct use use;

static uint64_t moment(int32_t days)
{
    return (uint64_t)(RECORDED_DAY + days) * TIME_DAY_MS + 9 * TIME_HOUR_MS;
}

/* A person who said yes herself, and nothing has left yet. */
static void plain(void)
{
    given = (struct consent_give){.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .given_by = "Rosa Voorbeeld",
            .authority = CONSENT_AUTHORITY_PERSON,
            .witness = "",
            .interpreter = "",
            .place = "",
            .area = "",
            .language = "nl-BE",
            .collected_by = "thuiszorg-zenne",
            .notice_title = "Mag ik uw gegevens delen?",
            .notice_version = "1",
            .notice_language = "nl",
            .notice_sha256 = {{7, 7}},
            .recipients = ONE,
            .n_recipients = 1,
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = DATA,
            .n_data_categories = COUNT_OF(DATA),
            .preview_categories = PREVIEW,
            .n_preview_categories = COUNT_OF(PREVIEW),
            .level_max = LEVEL_S1,
            .from_day = RECORDED_DAY,
            .until_day = RECORDED_DAY + 183,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .secrecy_basis = SECRECY_BASIS_PERSON_CONSENT,
            .keep_days = 1825,
            .record_id = {
                    {1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}}};
    line = (struct consent_line){.number = 3,
            .given = &given,
            .state = "active",
            .recorded_ms = moment(0),
            .days_left = 184};
    receipt = (struct consent_receipt){.line = &line,
            .receipt_id = {{9, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15,
                    1}},
            .made_ms = moment(0),
            .collector = "thuiszorg-zenne",
            .network = "brussel",
            .organisations = ORGANISATIONS,
            .n_organisations = 2};
}

/* Somebody spoke for him, with an interpreter and a witness; much has left; then it was
 * taken back. */
static void withdrawn(void)
{
    plain();
    given.how = CONSENT_HOW_VIA_REPRESENTATIVE;
    given.given_by = "Jo Voorbeeld";
    given.authority = CONSENT_AUTHORITY_COURT_ADMINISTRATOR;
    given.witness = "An Voorbeeld";
    given.witness_role = WITNESS_ROLE_NEIGHBOUR;
    given.interpreter = "Tolkdienst Voorbeeld";
    given.place = "Voorbeeldstraat 12, 1000 Brussel";
    given.language = "ar";
    given.collected_by = "Els";
    given.recipients = THREE;
    given.n_recipients = COUNT_OF(THREE);
    given.recipient_types = KINDS;
    given.n_recipient_types = COUNT_OF(KINDS);
    given.area = "21004";
    given.data_categories = MORE_DATA;
    given.n_data_categories = COUNT_OF(MORE_DATA);
    given.preview_categories = NEEDS;
    given.n_preview_categories = 1;
    given.level_max = LEVEL_S2;
    given.onward_depth = 2;
    given.secrecy_basis = SECRECY_BASIS_SHARED_SECRECY;
    given.secrecy_conditions = FIVE;
    given.n_secrecy_conditions = COUNT_OF(FIVE);
    given.renews = 1;
    given.keep_days = 90;
    line.state = "withdrawn";
    line.withdrawn_ms = moment(30);
    line.days_left = 0;
    memcpy(letters, LETTERS, sizeof letters);
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        letters[i].at_ms = moment(1 + (int32_t)i);
    receipt.made_ms = moment(31);
    receipt.organisations = ORGANISATIONS;
    receipt.n_organisations = COUNT_OF(ORGANISATIONS);
    receipt.handed = letters;
    receipt.n_handed = COUNT_OF(letters);
    receipt.capsules = receipt.capsules_match = 2;
}

/* Over, with a new one in its place; one part was taken back at a partner, and one seal
 * does not fit. */
static void expired(void)
{
    plain();
    given.legal_basis = LEGAL_BASIS_CONSENT;
    given.n_preview_categories = 0;
    given.onward_depth = 1;
    given.keep_days = 365;
    line.state = "expired";
    line.days_left = 0;
    line.renewed_by = 8;
    use = (struct use){.recipient = "ldc-aksant", .withdrawal_registered = true};
    line.uses = &use;
    line.n_uses = 1;
    memcpy(letters, LETTERS, sizeof letters);
    letters[0].partner = "ldc-aksant";
    letters[0].on_behalf_of = "";
    letters[0].at_ms = moment(10);
    receipt.handed = letters;
    receipt.n_handed = 1;
    receipt.made_ms = moment(200);
    receipt.capsules = 2;
    receipt.capsules_match = 1;
}

/* Nobody was asked: danger. */
static void none_given(void)
{
    plain();
    given.how = CONSENT_HOW_NO_CONSENT;
    given.given_by = "";
    given.authority = 0;
    given.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
    given.secrecy_basis = SECRECY_BASIS_EMERGENCY;
    memcpy(letters, LETTERS, sizeof letters);
    letters[0] = (struct handed_letter){.partner = "ldc-aksant",
            .on_behalf_of = "",
            .type = LETTER_TYPE_SIGNAL,
            .at_ms = moment(0)};
    receipt.handed = letters;
    receipt.n_handed = 1;
    receipt.capsules = receipt.capsules_match = 1;
}

/* And nothing has left. */
static void none_used(void)
{
    none_given();
    receipt.n_handed = 0;
    receipt.capsules = receipt.capsules_match = 0;
}

/* From a day that is still to come, explained with a text in another language. */
static void later(void)
{
    plain();
    given.language = "tr";
    given.notice_language = "fr";
    given.from_day = RECORDED_DAY + 20;
    line.state = "later";
}

static const struct {
    const char *name;
    void (*make)(void);
} RECEIPTS[] = {
        {"plain",      plain     },
        {"withdrawn",  withdrawn },
        {"expired",    expired   },
        {"later",      later     },
        {"none_given", none_given},
        {"none_used",  none_used },
};

/* What is printed; the caller frees it. */
static char *print(enum lang lang, bool jsonld, int *status)
{
    char *out = NULL, *said = NULL;
    size_t out_len, said_len;
    struct cli cli = {
            .out = open_memstream(&out, &out_len),
            .err = open_memstream(&said, &said_len),
            .lang = lang,
            .arena = arena_new(CLI_ARENA_BYTES),
    };
    *status = cli_put_receipt(&cli, &receipt, jsonld);
    fclose(cli.out);
    fclose(cli.err);
    free(said);
    arena_free(&cli.arena);
    return out;
}

/* ---- the text ---- */

static void read_golden(const char *path, char text[TEXT_MAX])
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail_msg("%s is not there", path);
    size_t len = fread(text, 1, TEXT_MAX - 1, file);
    text[len] = '\0';
    fclose(file);
}

/* GOLDEN=write: what the program says now becomes what it must say. */
static bool write_golden(const char *path, const char *text)
{
    const char *wish = getenv("GOLDEN");
    if (wish == NULL || strcmp(wish, "write") != 0)
        return false;
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return true;
}

static void each_receipt_reads_as_it_was_reviewed(void **state)
{
    static char golden[TEXT_MAX];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(RECEIPTS); i++)
        for (int lang = 0; lang < N_LANGS; lang++) {
            char path[200];
            int status;
            RECEIPTS[i].make();
            char *text = print((enum lang)lang, false, &status);
            assert_int_equal(status, EXIT_OK);
            snprintf(path, sizeof path, "tests/receipts/%s.%s.txt", RECEIPTS[i].name,
                    lang_tag((enum lang)lang));
            if (!write_golden(path, text)) {
                read_golden(path, golden);
                if (strcmp(text, golden) != 0)
                    fail_msg("%s, but the program says:\n%s", path, text);
            }
            free(text);
        }
}

/* Whole sentences, and nothing that only a program understands. */
static void no_receipt_shows_a_code(void **state)
{
    static const char *const NEVER[] = {"_", "{", "}", "ldc-aksant", "caw-demo",
            "antenne-noord", "thuiszorg-zenne", "E_", "S1", "S2", " nl-", "(null)"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(RECEIPTS); i++)
        for (int lang = 0; lang < N_LANGS; lang++) {
            int status;
            RECEIPTS[i].make();
            char *text = print((enum lang)lang, false, &status);
            for (size_t k = 0; k < COUNT_OF(NEVER); k++)
                if (strstr(text, NEVER[k]) != NULL)
                    fail_msg("%s, %s: \"%s\" is in it", RECEIPTS[i].name,
                            lang_tag((enum lang)lang), NEVER[k]);
            free(text);
        }
}

/* ---- the shape of the JSON-LD ---- */

enum slot_kind {
    IRI,     /* absolute, or a term with a prefix of the context */
    UUID,    /* version 4 */
    MOMENT,  /* 2026-11-21T09:00:00.000Z */
    DAY,     /* 2026-11-21 */
    WORDS,   /* some text */
    TEXT,    /* a text that may be empty */
    TAG,     /* of a language */
    NUMBER,  /* from 0 */
    TYPE,    /* the one that is named */
    TYPES,   /* terms, the one that is named among them */
    REF,     /* {"@id": IRI} */
    OBJECT,  /* of a shape */
    OBJECTS, /* one or more */
    ANY,     /* none or more */
    CODES,   /* none or more texts */
    CONTEXT, /* prefixes */
    SPEAKER, /* REF, or a named person */
};

struct slot {
    const char *key;
    enum slot_kind kind;
    bool required;
    const char *type;         /* of TYPE, TYPES */
    const struct slot *shape; /* of OBJECT, OBJECTS, ANY; ends with a key NULL */
};

#define END                                                                            \
    {                                                                                  \
        NULL, IRI, false, NULL, NULL                                                   \
    }

static const struct slot DURATION[] = {
        {"@type",     TYPE, true, "dpv:UntilTimeDuration", NULL},
        {"rdf:value", DAY,  true, NULL,                    NULL},
        END
};
static const struct slot CODED[] = {
        {"@type",          TYPES, true, NULL, NULL},
        {"dct:identifier", WORDS, true, NULL, NULL},
        {"dct:title",      WORDS, true, NULL, NULL},
        END
};
static const struct slot STORAGE[] = {
        {"@type",           TYPE,   true, "dpv:StorageDuration", NULL    },
        {"dpv:hasDuration", OBJECT, true, NULL,                  DURATION},
        END
};
static const struct slot RECIPIENT[] = {
        {"@id",            IRI,   false, NULL,            NULL},
        {"@type",          TYPE,  false, "dpv:Recipient", NULL},
        {"dct:identifier", WORDS, false, NULL,            NULL},
        {"dct:title",      WORDS, false, NULL,            NULL},
        {"dct:spatial",    WORDS, false, NULL,            NULL},
        END
};
static const struct slot PROCESS[] = {
        {"@type",                   TYPE,    true, "dpv:Process", NULL     },
        {"dpv:hasPurpose",          OBJECTS, true, NULL,          CODED    },
        {"dpv:hasPersonalData",     OBJECTS, true, NULL,          CODED    },
        {"dpv:hasProcessing",       REF,     true, NULL,          NULL     },
        {"dpv:hasDataSource",       REF,     true, NULL,          NULL     },
        {"dpv:hasRecipient",        OBJECTS, true, NULL,          RECIPIENT},
        {"dpv:hasStorageCondition", OBJECT,  true, NULL,          STORAGE  },
        {"buurtbus:preview",        ANY,     true, NULL,          CODED    },
        {"buurtbus:onwardDepth",    NUMBER,  true, NULL,          NULL     },
        END
};
static const struct slot PERSON[] = {
        {"@id",         IRI,   true, NULL,              NULL},
        {"@type",       TYPE,  true, "dpv:DataSubject", NULL},
        {"schema:name", WORDS, true, NULL,              NULL},
        END
};
static const struct slot NOTICE[] = {
        {"@id",            IRI,   true, NULL,                NULL},
        {"@type",          TYPE,  true, "dpv:ConsentNotice", NULL},
        {"dct:title",      WORDS, true, NULL,                NULL},
        {"dct:hasVersion", WORDS, true, NULL,                NULL},
        {"dct:language",   TAG,   true, NULL,                NULL},
        END
};
static const struct slot RIGHT[] = {
        {"@type",     IRI,   true, NULL, NULL},
        {"dct:title", WORDS, true, NULL, NULL},
        END
};
static const struct slot CONTROL[] = {
        {"@type",           TYPE,  true, "dpv:WithdrawConsent", NULL},
        {"dct:description", WORDS, true, NULL,                  NULL},
        END
};
static const struct slot ENTITY[] = {
        {"@id",         IRI,   true, NULL,               NULL},
        {"@type",       TYPES, true, "dpv:Organisation", NULL},
        {"schema:name", WORDS, true, NULL,               NULL},
        END
};
static const struct slot STATUS[] = {
        {"@type",                   TYPES,   true,  NULL, NULL    },
        {"dpv:isIndicatedAtTime",   MOMENT,  true,  NULL, NULL    },
        {"dpv:isIndicatedBy",       SPEAKER, false, NULL, NULL    },
        {"dpv:hasIndicationMethod", WORDS,   false, NULL, NULL    },
        {"dpv:hasDuration",         OBJECT,  false, NULL, DURATION},
        END
};
static const struct slot WITNESS[] = {
        {"schema:name",     WORDS, true, NULL, NULL},
        {"dct:description", WORDS, true, NULL, NULL},
        END
};
static const struct slot SECRECY[] = {
        {"dct:identifier",      WORDS, true, NULL, NULL},
        {"dct:title",           WORDS, true, NULL, NULL},
        {"buurtbus:conditions", CODES, true, NULL, NULL},
        END
};
static const struct slot RECORD[] = {
        {"@id",                   IRI,     true,  NULL,                NULL   },
        {"@type",                 TYPE,    true,  "dpv:ConsentRecord", NULL   },
        {"dct:conformsTo",        REF,     true,  NULL,                NULL   },
        {"dct:identifier",        UUID,    true,  NULL,                NULL   },
        {"dct:created",           MOMENT,  true,  NULL,                NULL   },
        {"dct:isPartOf",          REF,     true,  NULL,                NULL   },
        {"dct:replaces",          REF,     false, NULL,                NULL   },
        {"dct:isReplacedBy",      REF,     false, NULL,                NULL   },
        {"dpv:hasDataSubject",    OBJECT,  true,  NULL,                PERSON },
        {"dpv:hasDataController", REF,     true,  NULL,                NULL   },
        {"dpv:hasJurisdiction",   REF,     true,  NULL,                NULL   },
        {"dpv:hasApplicableLaw",  REF,     true,  NULL,                NULL   },
        {"dpv:hasLegalBasis",     REF,     true,  NULL,                NULL   },
        {"dpv:hasNotice",         OBJECT,  true,  NULL,                NOTICE },
        {"dpv:hasProcess",        OBJECT,  true,  NULL,                PROCESS},
        {"dpv:hasRight",          OBJECTS, true,  NULL,                RIGHT  },
        {"dpv:hasConsentControl", OBJECT,  true,  NULL,                CONTROL},
        {"dpv:hasEntity",         OBJECTS, true,  NULL,                ENTITY },
        {"dpv:hasConsentStatus",  OBJECTS, true,  NULL,                STATUS },
        {"buurtbus:talkLanguage", TAG,     true,  NULL,                NULL   },
        {"buurtbus:collectedBy",  WORDS,   true,  NULL,                NULL   },
        {"buurtbus:place",        WORDS,   false, NULL,                NULL   },
        {"buurtbus:interpreter",  WORDS,   false, NULL,                NULL   },
        {"buurtbus:witness",      OBJECT,  false, NULL,                WITNESS},
        {"buurtbus:secrecy",      OBJECT,  true,  NULL,                SECRECY},
        END
};
static const struct slot LEFT[] = {
        {"dpv:hasRecipient",    REF,    true, NULL, NULL },
        {"dct:date",            MOMENT, true, NULL, NULL },
        {"dct:type",            WORDS,  true, NULL, NULL },
        {"dpv:hasPersonalData", ANY,    true, NULL, CODED},
        END
};
static const struct slot CAPSULES[] = {
        {"buurtbus:used",     NUMBER, true, NULL, NULL},
        {"buurtbus:matching", NUMBER, true, NULL, NULL},
        END
};
static const struct slot RECEIPT[] = {
        {"@context",                CONTEXT, true, NULL,                 NULL    },
        {"@id",                     IRI,     true, NULL,                 NULL    },
        {"@type",                   TYPE,    true, "dpv:ConsentReceipt", NULL    },
        {"dct:conformsTo",          REF,     true, NULL,                 NULL    },
        {"dpv:hasIdentifier",       UUID,    true, NULL,                 NULL    },
        {"dct:created",             MOMENT,  true, NULL,                 NULL    },
        {"dct:language",            TAG,     true, NULL,                 NULL    },
        {"dct:publisher",           REF,     true, NULL,                 NULL    },
        {"dct:audience",            REF,     true, NULL,                 NULL    },
        {"dpv:hasRecordOfActivity", OBJECT,  true, NULL,                 RECORD  },
        {"buurtbus:handedOver",     ANY,     true, NULL,                 LEFT    },
        {"buurtbus:capsules",       OBJECT,  true, NULL,                 CAPSULES},
        END
};

/* The terms of DPV 2 that may stand in a receipt. */
static const char *const DPV_TERMS[] = {"dpv:ConsentReceipt", "dpv:ConsentRecord",
        "dpv:ConsentNotice", "dpv:ConsentGiven", "dpv:ConsentWithdrawn",
        "dpv:ConsentExpired", "dpv:ExpressedConsent", "dpv:ExplicitlyExpressedConsent",
        "dpv:DataSubject", "dpv:DataController", "dpv:Recipient", "dpv:Organisation",
        "dpv:NaturalPerson", "dpv:GuardianOfDataSubject", "dpv:ParentOfDataSubject",
        "dpv:Process", "dpv:Disclose", "dpv:DataSubjectDataSource",
        "dpv:StorageDuration", "dpv:UntilTimeDuration", "dpv:WithdrawConsent",
        "dpv:PersonalData", "dpv:SpecialCategoryPersonalData", "dpv:Purpose",
        "dpv:ServiceProvision", "dpv:CommunicationManagement"};

/* Why a value does not fit its place; "" when it does. */
static char fault[200];

static bool bad(const char *key, const char *why)
{
    snprintf(fault, sizeof fault, "%s: %s", key, why);
    return false;
}

static bool term_ok(const char *text)
{
    static const char *const PREFIXES[] = {"pd:", "loc:", "eu-gdpr:"};
    if (strncmp(text, "dpv:", 4) == 0) {
        for (size_t i = 0; i < COUNT_OF(DPV_TERMS); i++)
            if (strcmp(DPV_TERMS[i], text) == 0)
                return true;
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(PREFIXES); i++) {
        size_t len = strlen(PREFIXES[i]);
        if (strncmp(text, PREFIXES[i], len) == 0)
            return text[len] >= 'A' && text[len] <= 'Z' && strchr(text, ' ') == NULL;
    }
    return false;
}

static bool iri_ok(const char *text)
{
    static const char *const SCHEMES[] = {"https://",
            "urn:uuid:", "urn:sha256:", "urn:buurtbus:"};
    if (strpbrk(text, " <>\"{}|\\^`") != NULL)
        return false;
    for (size_t i = 0; i < COUNT_OF(SCHEMES); i++)
        if (strncmp(text, SCHEMES[i], strlen(SCHEMES[i])) == 0)
            return strlen(text) > strlen(SCHEMES[i]);
    return term_ok(text);
}

/* Digits where the pattern has 0, any of its other characters as they are. */
static bool looks_like(const char *text, const char *pattern)
{
    if (strlen(text) != strlen(pattern))
        return false;
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (pattern[i] == '0' ? !digit : text[i] != pattern[i])
            return false;
    }
    return true;
}

static bool uuid_ok(const char *text)
{
    struct id id;
    return ids_parse(text, &id) && text[14] == '4' && strchr("89ab", text[19]) != NULL;
}

static bool day_ok(const char *text)
{
    int32_t day;
    return looks_like(text, "0000-00-00") && time_day_parse(text, &day);
}

static bool moment_ok(const char *text)
{
    return looks_like(text, "0000-00-00T00:00:00.000Z") || day_ok(text);
}

static bool fits(const json_t *object, const struct slot *shape);

static bool types_fit(const json_t *value, const char *type)
{
    bool there = type == NULL;
    if (json_is_string(value))
        return term_ok(json_string_value(value)) &&
               (there || strcmp(json_string_value(value), type) == 0);
    if (!json_is_array(value) || json_array_size(value) == 0)
        return false;
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (text == NULL || !term_ok(text))
            return false;
        there |= type != NULL && strcmp(text, type) == 0;
    }
    return there;
}

static bool ref_ok(const json_t *value)
{
    const char *iri = json_string_value(json_object_get(value, "@id"));
    return json_is_object(value) && json_object_size(value) == 1 && iri != NULL &&
           iri_ok(iri);
}

static bool list_fits(const json_t *value, const struct slot *shape, size_t min)
{
    if (!json_is_array(value) || json_array_size(value) < min)
        return false;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!fits(json_array_get(value, i), shape))
            return false;
    return true;
}

static bool codes_ok(const json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!json_is_string(json_array_get(value, i)))
            return false;
    return json_is_array(value);
}

static bool context_ok(const json_t *value)
{
    static const char *const PREFIXES[] = {"dpv", "pd", "loc", "eu-gdpr", "dct", "rdf",
            "schema", "buurtbus"};
    for (size_t i = 0; i < COUNT_OF(PREFIXES); i++) {
        const char *iri = json_string_value(json_object_get(value, PREFIXES[i]));
        if (iri == NULL || strchr(iri, ':') == NULL ||
                strchr("#/:", iri[strlen(iri) - 1]) == NULL)
            return false;
    }
    return json_object_size(value) == COUNT_OF(PREFIXES);
}

/* The person, or somebody with a name and a ground. */
static bool speaker_ok(const json_t *value)
{
    static const struct slot SPOKE[] = {
            {"@type",           IRI,   true, NULL, NULL},
            {"schema:name",     WORDS, true, NULL, NULL},
            {"dct:description", WORDS, true, NULL, NULL},
            END
    };
    return ref_ok(value) || fits(value, SPOKE);
}

static bool value_ok(const json_t *value, const struct slot *slot)
{
    const char *text = json_string_value(value);
    switch (slot->kind) {
    case IRI: return text != NULL && iri_ok(text);
    case UUID: return text != NULL && uuid_ok(text);
    case MOMENT: return text != NULL && moment_ok(text);
    case DAY: return text != NULL && day_ok(text);
    case WORDS: return text != NULL && text[0] != '\0';
    case TEXT: return text != NULL;
    case TAG: return text != NULL && strlen(text) >= 2 && strlen(text) <= 11;
    case NUMBER: return json_is_integer(value) && json_integer_value(value) >= 0;
    case TYPE: return text != NULL && strcmp(text, slot->type) == 0;
    case TYPES: return types_fit(value, slot->type);
    case REF: return ref_ok(value);
    case OBJECT: return fits(value, slot->shape);
    case OBJECTS: return list_fits(value, slot->shape, 1);
    case ANY: return list_fits(value, slot->shape, 0);
    case CODES: return codes_ok(value);
    case CONTEXT: return context_ok(value);
    case SPEAKER: return speaker_ok(value);
    }
    return false;
}

static const struct slot *slot_of(const struct slot *shape, const char *key)
{
    for (; shape->key != NULL; shape++)
        if (strcmp(shape->key, key) == 0)
            return shape;
    return NULL;
}

/* Everything that is required is there, every value fits, and nothing else is there. */
static bool fits(const json_t *object, const struct slot *shape)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return bad("", "no object");
    for (const struct slot *slot = shape; slot->key != NULL; slot++)
        if (slot->required && json_object_get(object, slot->key) == NULL)
            return bad(slot->key, "missing");
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const struct slot *slot = slot_of(shape, key);
        if (slot == NULL)
            return bad(key, "unknown");
        if (!value_ok(value, slot))
            return bad(key, "does not fit");
    }
    return true;
}

static json_t *made(size_t which, enum lang lang)
{
    json_error_t error;
    int status;
    RECEIPTS[which].make();
    char *text = print(lang, true, &status);
    assert_int_equal(status, EXIT_OK);
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        fail_msg("%s: no JSON: line %d: %s", RECEIPTS[which].name, error.line,
                error.text);
    free(text);
    return object;
}

static void each_receipt_has_the_documented_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(RECEIPTS); i++)
        for (int lang = 0; lang < N_LANGS; lang++) {
            if (RECEIPTS[i].make == none_given || RECEIPTS[i].make == none_used)
                continue;
            json_t *object = made(i, (enum lang)lang);
            if (!fits(object, RECEIPT))
                fail_msg("%s: %s", RECEIPTS[i].name, fault);
            json_decref(object);
        }
}

/* The shape would notice: each thing gone, of another kind, or too many. */
static size_t spoil(json_t *root, json_t *object, const struct slot *shape)
{
    size_t n = 0;
    for (const struct slot *slot = shape; slot->key != NULL; slot++) {
        json_t *value = json_incref(json_object_get(object, slot->key));
        if (value == NULL)
            continue;
        json_object_del(object, slot->key);
        if (slot->required && fits(root, RECEIPT))
            fail_msg("%s may be missing", slot->key);
        json_object_set_new(object, slot->key, json_true());
        if (fits(root, RECEIPT))
            fail_msg("%s may be anything", slot->key);
        json_object_set(object, slot->key, value);
        n++;
        if (slot->kind == OBJECT)
            n += spoil(root, value, slot->shape);
        if (slot->kind == OBJECTS || slot->kind == ANY)
            for (size_t i = 0; i < json_array_size(value); i++)
                n += spoil(root, json_array_get(value, i), slot->shape);
        json_decref(value);
    }
    json_object_set_new(object, "dct:other", json_string("x"));
    assert_false(fits(root, RECEIPT));
    json_object_del(object, "dct:other");
    assert_true(fits(root, RECEIPT));
    return n;
}

static void the_shape_lets_nothing_else_pass(void **state)
{
    (void)state;
    json_t *object = made(1, LANG_EN);
    assert_true(fits(object, RECEIPT));
    size_t n = spoil(object, object, RECEIPT);
    assert_true(n > 120);
    json_t *record = json_object_get(object, "dpv:hasRecordOfActivity");
    json_object_set_new(record, "dct:created", json_string("21/11/2026"));
    assert_false(fits(object, RECEIPT));
    json_object_set_new(record, "dct:created", json_string("2026-11-21T09:00:00.000Z"));
    assert_true(fits(object, RECEIPT));
    json_object_set_new(record, "dpv:hasLegalBasis",
            json_pack("{s:s}", "@id", "dpv:NoSuchTerm"));
    assert_false(fits(object, RECEIPT));
    json_decref(object);
}

static const char *text_at(const json_t *object, const char *key, const char *inner)
{
    return json_string_value(json_object_get(json_object_get(object, key), inner));
}

/* The facts stand where a program looks for them. */
static void the_facts_stand_in_their_places(void **state)
{
    (void)state;
    json_t *object = made(1, LANG_EN);
    const json_t *record = json_object_get(object, "dpv:hasRecordOfActivity");
    const json_t *events = json_object_get(record, "dpv:hasConsentStatus");
    const json_t *first = json_array_get(events, 0);
    assert_string_equal(text_at(record, "dpv:hasDataSubject", "schema:name"),
            "Rosa Voorbeeld");
    assert_string_equal(text_at(record, "dpv:hasDataController", "@id"),
            "urn:buurtbus:brussel:thuiszorg-zenne");
    assert_string_equal(text_at(record, "dct:replaces", "@id"),
            "urn:buurtbus:brussel:thuiszorg-zenne:consent:1");
    assert_string_equal(text_at(first, "dpv:isIndicatedBy", "@type"),
            "dpv:GuardianOfDataSubject");
    assert_string_equal(text_at(first, "dpv:isIndicatedBy", "schema:name"),
            "Jo Voorbeeld");
    assert_int_equal(json_array_size(events), 2);
    assert_string_equal(json_string_value(
                                json_object_get(json_array_get(events, 1), "@type")),
            "dpv:ConsentWithdrawn");
    assert_int_equal(json_array_size(json_object_get(object, "buurtbus:handedOver")),
            COUNT_OF(LETTERS));
    json_decref(object);
    object = made(2, LANG_EN);
    record = json_object_get(object, "dpv:hasRecordOfActivity");
    assert_string_equal(text_at(record, "dpv:hasLegalBasis", "@id"),
            "eu-gdpr:A6-1-a-non-explicit-consent");
    assert_string_equal(text_at(record, "dct:isReplacedBy", "@id"),
            "urn:buurtbus:brussel:thuiszorg-zenne:consent:8");
    json_decref(object);
}

static void without_consent_there_is_no_consent_receipt_for_programs(void **state)
{
    int status;
    (void)state;
    none_given();
    char *text = print(LANG_EN, true, &status);
    assert_int_equal(status, EXIT_REFUSED);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_receipt_reads_as_it_was_reviewed),
            cmocka_unit_test(no_receipt_shows_a_code),
            cmocka_unit_test(each_receipt_has_the_documented_shape),
            cmocka_unit_test(the_shape_lets_nothing_else_pass),
            cmocka_unit_test(the_facts_stand_in_their_places),
            cmocka_unit_test(without_consent_there_is_no_consent_receipt_for_programs),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
