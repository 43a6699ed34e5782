/* json_receipt.c - a consent receipt for programs: JSON-LD with the terms of the Data
 * Privacy Vocabulary for ISO/IEC TS 27560:2023. The shape is told in docs/consent.md.
 *
 * Nothing here is translated but titles and descriptions, which are in the language of
 * the receipt. */
#include <ctype.h>
#include <jansson.h>

#include "core/ids.h"
#include "core/time.h"
#include "nodes/cli/cli.h"

enum { IRI_BYTES = 200 };

static const struct {
    const char *prefix, *iri;
} CONTEXT[] = {
        {"dpv",      "https://w3id.org/dpv#"                      },
        {"pd",       "https://w3id.org/dpv/pd#"                   },
        {"loc",      "https://w3id.org/dpv/loc#"                  },
        {"eu-gdpr",  "https://w3id.org/dpv/legal/eu/gdpr#"        },
        {"dct",      "http://purl.org/dc/terms/"                  },
        {"rdf",      "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
        {"schema",   "https://schema.org/"                        },
        {"buurtbus", "urn:buurtbus:terms:"                        },
};

struct writing {
    struct cli *cli;
    const struct consent_receipt *receipt;
    const struct consent_line *line;
    const struct consent_give *given;
    bool failed; /* no memory, or a text that is none */
};

/* --- pieces --- */

/* Takes the value. */
static void put(struct writing *writing, json_t *object, const char *name,
        json_t *value)
{
    if (value == NULL || json_object_set_new(object, name, value) != 0)
        writing->failed = true;
}

static void put_text(struct writing *writing, json_t *object, const char *name,
        const char *text)
{
    put(writing, object, name, json_string(text));
}

static void add(struct writing *writing, json_t *list, json_t *value)
{
    if (value == NULL || json_array_append_new(list, value) != 0)
        writing->failed = true;
}

static json_t *at_id(const char *iri)
{
    return json_pack("{s:s}", "@id", iri);
}

static json_t *typed(const char *type)
{
    return json_pack("{s:s}", "@type", type);
}

static json_t *titled(const char *type, const char *title)
{
    return json_pack("{s:s, s:s}", "@type", type, "dct:title", title);
}

static const char *id_text(struct writing *writing, const struct id *id)
{
    char text[ID_TEXT_BYTES];
    ids_text(id, text);
    return cli_format(writing->cli, TEXT_AS_IS, text, NULL);
}

static const char *joined(struct writing *writing, const char *a, const char *b)
{
    char iri[IRI_BYTES];
    snprintf(iri, sizeof iri, "%s%s", a, b);
    return cli_format(writing->cli, TEXT_AS_IS, iri, NULL);
}

/* An organisation within its network: "urn:buurtbus:brussel:ldc-aksant". */
static const char *organisation_iri(struct writing *writing, const char *partner)
{
    char iri[IRI_BYTES];
    snprintf(iri, sizeof iri, "urn:buurtbus:%s:%s", writing->receipt->network, partner);
    return cli_format(writing->cli, TEXT_AS_IS, iri, NULL);
}

static const char *consent_iri(struct writing *writing, uint64_t number)
{
    return joined(writing,
            joined(writing, organisation_iri(writing, writing->receipt->collector),
                    ":consent:"),
            cli_number(writing->cli, number));
}

static json_t *moment_of(uint64_t ms)
{
    char text[TIME_TEXT_BYTES];
    time_text((int64_t)ms, text);
    return json_string(text);
}

static json_t *until_day(uint32_t day)
{
    char text[TIME_TEXT_BYTES];
    time_day_text((int32_t)day, text);
    return json_pack("{s:s, s:s}", "@type", "dpv:UntilTimeDuration", "rdf:value", text);
}

/* The terms of a vocabulary's column, "Name, Contact (as in DPV)", each with its
 * prefix; `other` when it names none. */
static json_t *terms(struct writing *writing, const char *prefix, const char *column,
        const char *other)
{
    json_t *list = json_array();
    for (const char *at = column; *at != '\0';) {
        char term[IRI_BYTES];
        size_t len = 0;
        at += strspn(at, ", ");
        while (isalnum((unsigned char)at[len]))
            len++;
        snprintf(term, sizeof term, "%s:%.*s", prefix, (int)len, at);
        if (len > 0 && isupper((unsigned char)at[0]))
            add(writing, list, json_string(term));
        at += strcspn(at, ",");
    }
    if (json_array_size(list) == 0)
        add(writing, list, json_string(other));
    return list;
}

/* --- processing --- */

static json_t *data_of(struct writing *writing, const uint16_t *rows, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const char *column = vocab_column(VOCAB_DATA_CATEGORY, rows[i], "dpv_pd");
        const char *level = vocab_column(VOCAB_DATA_CATEGORY, rows[i], "level");
        json_t *types = terms(writing, "pd", column, "dpv:PersonalData");
        if (strcmp(level, "S2") == 0)
            add(writing, types, json_string("dpv:SpecialCategoryPersonalData"));
        add(writing, list,
                json_pack("{s:o, s:s, s:s}", "@type", types, "dct:identifier",
                        vocab_code(VOCAB_DATA_CATEGORY, rows[i]), "dct:title",
                        vocab_label(VOCAB_DATA_CATEGORY, rows[i], writing->cli->lang)));
    }
    return list;
}

static json_t *purposes_of(struct writing *writing, const uint16_t *rows, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        add(writing, list,
                json_pack("{s:o, s:s, s:s}", "@type",
                        terms(writing, "dpv",
                                vocab_column(VOCAB_PURPOSE, rows[i], "dpv"),
                                "dpv:Purpose"),
                        "dct:identifier", vocab_code(VOCAB_PURPOSE, rows[i]),
                        "dct:title",
                        vocab_label(VOCAB_PURPOSE, rows[i], writing->cli->lang)));
    return list;
}

/* By name, and by kind within an area. */
static json_t *recipients_of(struct writing *writing)
{
    const struct consent_give *given = writing->given;
    json_t *list = json_array();
    for (size_t i = 0; i < given->n_recipients; i++)
        add(writing, list, at_id(organisation_iri(writing, given->recipients[i])));
    for (size_t i = 0; i < given->n_recipient_types; i++)
        add(writing, list,
                json_pack("{s:s, s:s, s:s, s:s}", "@type", "dpv:Recipient",
                        "dct:identifier",
                        vocab_code(VOCAB_PARTNER_TYPE, given->recipient_types[i]),
                        "dct:title",
                        vocab_label(VOCAB_PARTNER_TYPE, given->recipient_types[i],
                                writing->cli->lang),
                        "dct:spatial", given->area));
    return list;
}

static json_t *process_of(struct writing *writing)
{
    const struct consent_give *given = writing->given;
    json_t *process = typed("dpv:Process");
    put(writing, process, "dpv:hasPurpose",
            purposes_of(writing, given->purposes, given->n_purposes));
    put(writing, process, "dpv:hasPersonalData",
            data_of(writing, given->data_categories, given->n_data_categories));
    put(writing, process, "dpv:hasProcessing", at_id("dpv:Disclose"));
    put(writing, process, "dpv:hasDataSource", at_id("dpv:DataSubjectDataSource"));
    put(writing, process, "dpv:hasRecipient", recipients_of(writing));
    put(writing, process, "dpv:hasStorageCondition",
            json_pack("{s:s, s:o}", "@type", "dpv:StorageDuration", "dpv:hasDuration",
                    until_day(given->until_day + given->keep_days)));
    put(writing, process, "buurtbus:preview",
            data_of(writing, given->preview_categories, given->n_preview_categories));
    put(writing, process, "buurtbus:onwardDepth",
            json_integer((json_int_t)given->onward_depth));
    return process;
}

/* --- the record --- */

static json_t *notice_of(struct writing *writing)
{
    const struct consent_give *given = writing->given;
    char hex[2 * sizeof given->notice_sha256.b + 1];
    json_t *notice = titled("dpv:ConsentNotice", given->notice_title);
    ids_hex(SPAN_OF(given->notice_sha256), hex);
    put_text(writing, notice, "@id", joined(writing, "urn:sha256:", hex));
    put_text(writing, notice, "dct:hasVersion", given->notice_version);
    put_text(writing, notice, "dct:language", given->notice_language);
    return notice;
}

static json_t *rights_of(struct writing *writing)
{
    static const struct {
        const char *iri;
        enum text_id title;
    } RIGHTS[] = {
            {"eu-gdpr:A7-3", TEXT_RIGHT_A7_3},
            {"eu-gdpr:A15",  TEXT_RIGHT_A15 },
            {"eu-gdpr:A16",  TEXT_RIGHT_A16 },
            {"eu-gdpr:A17",  TEXT_RIGHT_A17 },
            {"eu-gdpr:A18",  TEXT_RIGHT_A18 },
            {"eu-gdpr:A21",  TEXT_RIGHT_A21 },
            {"eu-gdpr:A77",  TEXT_RIGHT_A77 },
    };
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT_OF(RIGHTS); i++)
        add(writing, list,
                titled(RIGHTS[i].iri, cli_words(writing->cli, RIGHTS[i].title)));
    return list;
}

static json_t *entities_of(struct writing *writing)
{
    const struct consent_receipt *receipt = writing->receipt;
    json_t *list = json_array();
    for (size_t i = 0; i < receipt->n_organisations; i++) {
        const struct organisation *one = &receipt->organisations[i];
        bool collector = strcmp(one->partner, receipt->collector) == 0;
        add(writing, list,
                json_pack("{s:s, s:[ss], s:s}", "@id",
                        organisation_iri(writing, one->partner), "@type",
                        "dpv:Organisation",
                        collector ? "dpv:DataController" : "dpv:Recipient",
                        "schema:name", one->name));
    }
    return list;
}

/* The person, or who spoke for the person. */
static json_t *speaker_of(struct writing *writing)
{
    const struct consent_give *given = writing->given;
    bool own = given->authority == CONSENT_AUTHORITY_PERSON || given->authority == 0;
    if (own)
        return at_id("dpv:DataSubject");
    return json_pack("{s:s, s:s, s:s}", "@type",
            joined(writing, "dpv:",
                    vocab_column(VOCAB_CONSENT_AUTHORITY, given->authority, "dpv")),
            "schema:name", given->given_by, "dct:description",
            vocab_label(VOCAB_CONSENT_AUTHORITY, given->authority, writing->cli->lang));
}

static json_t *status_given(struct writing *writing)
{
    const struct consent_give *given = writing->given;
    bool plain = given->legal_basis == LEGAL_BASIS_CONSENT;
    json_t *status = json_pack("{s:[ss]}", "@type", "dpv:ConsentGiven",
            plain ? "dpv:ExpressedConsent" : "dpv:ExplicitlyExpressedConsent");
    put(writing, status, "dpv:isIndicatedAtTime",
            moment_of(writing->line->recorded_ms));
    put(writing, status, "dpv:isIndicatedBy", speaker_of(writing));
    put_text(writing, status, "dpv:hasIndicationMethod",
            vocab_label(VOCAB_CONSENT_HOW, given->how, writing->cli->lang));
    put(writing, status, "dpv:hasDuration", until_day(given->until_day));
    return status;
}

/* What has happened with it, oldest first. A withdrawal is registered by the collector;
 * who said it is not written down. */
static json_t *statuses_of(struct writing *writing)
{
    const struct consent_line *line = writing->line;
    char day[TIME_TEXT_BYTES];
    json_t *list = json_array();
    add(writing, list, status_given(writing));
    if (line->withdrawn_ms != 0)
        add(writing, list,
                json_pack("{s:s, s:o, s:o}", "@type", "dpv:ConsentWithdrawn",
                        "dpv:isIndicatedAtTime", moment_of(line->withdrawn_ms),
                        "dpv:isIndicatedBy",
                        at_id(organisation_iri(writing, writing->receipt->collector))));
    else if (strcmp(line->state, "expired") == 0) {
        time_day_text((int32_t)writing->given->until_day, day);
        add(writing, list,
                json_pack("{s:s, s:s}", "@type", "dpv:ConsentExpired",
                        "dpv:isIndicatedAtTime", day));
    }
    return list;
}

/* What the standard's terms have no word for. */
static void put_talk(struct writing *writing, json_t *record)
{
    const struct consent_give *given = writing->given;
    enum lang lang = writing->cli->lang;
    put_text(writing, record, "buurtbus:talkLanguage", given->language);
    put_text(writing, record, "buurtbus:collectedBy", given->collected_by);
    if (given->place[0] != '\0')
        put_text(writing, record, "buurtbus:place", given->place);
    if (given->interpreter[0] != '\0')
        put_text(writing, record, "buurtbus:interpreter", given->interpreter);
    if (given->witness[0] != '\0')
        put(writing, record, "buurtbus:witness",
                json_pack("{s:s, s:s}", "schema:name", given->witness,
                        "dct:description",
                        vocab_label(VOCAB_WITNESS_ROLE, given->witness_role, lang)));
    json_t *secrecy = json_pack("{s:s, s:s}", "dct:identifier",
            vocab_code(VOCAB_SECRECY_BASIS, given->secrecy_basis), "dct:title",
            vocab_label(VOCAB_SECRECY_BASIS, given->secrecy_basis, lang));
    json_t *conditions = json_array();
    for (size_t i = 0; i < given->n_secrecy_conditions; i++)
        add(writing, conditions,
                json_string(vocab_code(VOCAB_SECRECY_CONDITION,
                        given->secrecy_conditions[i])));
    put(writing, secrecy, "buurtbus:conditions", conditions);
    put(writing, record, "buurtbus:secrecy", secrecy);
}

static void put_links(struct writing *writing, json_t *record)
{
    if (writing->given->renews != 0)
        put(writing, record, "dct:replaces",
                at_id(consent_iri(writing, writing->given->renews)));
    if (writing->line->renewed_by != 0)
        put(writing, record, "dct:isReplacedBy",
                at_id(consent_iri(writing, writing->line->renewed_by)));
}

static json_t *record_of(struct writing *writing)
{
    const struct consent_give *given = writing->given;
    const char *number = id_text(writing, &given->record_id);
    const char *iri = joined(writing, "urn:uuid:", number);
    bool plain = given->legal_basis == LEGAL_BASIS_CONSENT;
    json_t *record = typed("dpv:ConsentRecord");
    put_text(writing, record, "@id", iri);
    put(writing, record, "dct:conformsTo",
            at_id("https://w3id.org/dpv/schema/dpv-27560#record"));
    put_text(writing, record, "dct:identifier", number);
    put(writing, record, "dct:created", moment_of(writing->line->recorded_ms));
    put(writing, record, "dct:isPartOf",
            at_id(consent_iri(writing, writing->line->number)));
    put_links(writing, record);
    put(writing, record, "dpv:hasDataSubject",
            json_pack("{s:s, s:s, s:s}", "@id", joined(writing, iri, "#person"),
                    "@type", "dpv:DataSubject", "schema:name", given->person));
    put(writing, record, "dpv:hasDataController",
            at_id(organisation_iri(writing, writing->receipt->collector)));
    put(writing, record, "dpv:hasJurisdiction", at_id("loc:BE"));
    put(writing, record, "dpv:hasApplicableLaw", at_id("eu-gdpr:GDPR"));
    put(writing, record, "dpv:hasLegalBasis",
            at_id(plain ? "eu-gdpr:A6-1-a-non-explicit-consent"
                        : "eu-gdpr:A6-1-a-explicit-consent"));
    put(writing, record, "dpv:hasNotice", notice_of(writing));
    put(writing, record, "dpv:hasProcess", process_of(writing));
    put(writing, record, "dpv:hasRight", rights_of(writing));
    put(writing, record, "dpv:hasConsentControl",
            json_pack("{s:s, s:s}", "@type", "dpv:WithdrawConsent", "dct:description",
                    cli_words(writing->cli, TEXT_R_LD_WITHDRAW)));
    put(writing, record, "dpv:hasEntity", entities_of(writing));
    put(writing, record, "dpv:hasConsentStatus", statuses_of(writing));
    put_talk(writing, record);
    return record;
}

/* --- the receipt --- */

static json_t *handed_of(struct writing *writing)
{
    const struct consent_receipt *receipt = writing->receipt;
    json_t *list = json_array();
    for (size_t i = 0; i < receipt->n_handed; i++) {
        const struct handed_letter *letter = &receipt->handed[i];
        add(writing, list,
                json_pack("{s:o, s:o, s:s, s:o}", "dpv:hasRecipient",
                        at_id(organisation_iri(writing, letter->partner)), "dct:date",
                        moment_of(letter->at_ms), "dct:type",
                        letter_type_name(letter->type), "dpv:hasPersonalData",
                        data_of(writing, letter->data_categories,
                                letter->n_data_categories)));
    }
    return list;
}

static json_t *context_of(struct writing *writing)
{
    json_t *context = json_object();
    for (size_t i = 0; i < COUNT_OF(CONTEXT); i++)
        put_text(writing, context, CONTEXT[i].prefix, CONTEXT[i].iri);
    return context;
}

static json_t *receipt_of(struct writing *writing)
{
    const struct consent_receipt *receipt = writing->receipt;
    const char *number = id_text(writing, &receipt->receipt_id);
    json_t *object = json_object();
    put(writing, object, "@context", context_of(writing));
    put_text(writing, object, "@id", joined(writing, "urn:uuid:", number));
    put_text(writing, object, "@type", "dpv:ConsentReceipt");
    put(writing, object, "dct:conformsTo",
            at_id("https://w3id.org/dpv/schema/dpv-27560#receipt"));
    put_text(writing, object, "dpv:hasIdentifier", number);
    put(writing, object, "dct:created", moment_of(receipt->made_ms));
    put_text(writing, object, "dct:language", lang_tag(writing->cli->lang));
    put(writing, object, "dct:publisher",
            at_id(organisation_iri(writing, receipt->collector)));
    put(writing, object, "dct:audience", at_id("dpv:DataSubject"));
    put(writing, object, "dpv:hasRecordOfActivity", record_of(writing));
    put(writing, object, "buurtbus:handedOver", handed_of(writing));
    put(writing, object, "buurtbus:capsules",
            json_pack("{s:I, s:I}", "buurtbus:used", (json_int_t)receipt->capsules,
                    "buurtbus:matching", (json_int_t)receipt->capsules_match));
    return object;
}

bool cli_json_receipt(struct cli *cli, const struct consent_receipt *receipt)
{
    struct writing writing = {
            .cli = cli,
            .receipt = receipt,
            .line = receipt->line,
            .given = receipt->line->given,
    };
    json_t *object = receipt_of(&writing);
    char *text = writing.failed ? NULL : json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    if (text == NULL)
        return false;
    bool ok = fprintf(cli->out, "%s\n", text) > 0;
    free(text);
    return ok;
}
