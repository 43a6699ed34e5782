/* inbox_open.c - a letter is opened, and what is inside compared with what it said. */
#include "core/fields.h"
#include "core/niss.h"
#include "core/wire_find.h"
#include "nodes/acts.h"
#include "nodes/cases.h"
#include "nodes/consents.h"
#include "nodes/disclose.h"
#include "nodes/epochs.h"
#include "nodes/inbox_inner.h"
#include "nodes/violations.h"

/* The one body that belongs to a type. */
static bool body_fits(const struct content *content, enum letter_type type)
{
    const struct {
        enum letter_type type;
        const void *body;
    } bodies[] = {
            {LETTER_TYPE_PREVIEW,       content->preview       },
            {LETTER_TYPE_CONTENT,       content->referral      },
            {LETTER_TYPE_EVENT,         content->event         },
            {LETTER_TYPE_INFO_REQUEST,  content->info          },
            {LETTER_TYPE_INFO_REPLY,    content->info          },
            {LETTER_TYPE_TEXT,          content->text          },
            {LETTER_TYPE_VISIT,         content->visit         },
            {LETTER_TYPE_SIGNAL,        content->signal        },
            {LETTER_TYPE_ACCESS,        content->rights_request},
            {LETTER_TYPE_RECTIFY,       content->rights_request},
            {LETTER_TYPE_ERASE,         content->rights_request},
            {LETTER_TYPE_RIGHTS_REPLY,  content->rights_reply  },
            {LETTER_TYPE_OVERVIEW,      content->preview       },
            {LETTER_TYPE_PROPOSAL,      content->proposal      },
            {LETTER_TYPE_CONCERN,       content->concern       },
            {LETTER_TYPE_SIGNAL_ANSWER, content->signal_answer },
    };
    const void *body = NULL;
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        if (bodies[i].type == type)
            body = bodies[i].body;
    /* And no other beside it. */
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        if (bodies[i].body != NULL && bodies[i].body != body)
            return false;
    return body != NULL;
}

bool inbox_open(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    struct key32 secret;
    struct key32 public_key;
    struct err why = {.code = CODE_OK};
    bool found;
    if (!epochs_secret(node, &letter->core.recipient_ekid, &found, &secret, &public_key,
                err))
        return false;
    if (!found) {
        *code = E_KEY;
        return true;
    }
    uint8_t *plain = arena_take(&node->scratch, letter->sealed.len);
    bool ok = plain != NULL &&
              seal_open_letter_pair(&secret, &public_key, letter->packed_core,
                      letter->sealed, plain, &letter->packed, &why);
    hash_wipe(&secret, sizeof secret);
    if (plain == NULL)
        return err_set(err, ERR_NOMEM, "no room to open a letter");
    ok = ok && wire_get(&WIRE_CONTENT, letter->packed, &node->scratch, &letter->content,
                       &why);
    if (!ok)
        *code = why.code;
    else if (!id_equal(&letter->content.msg_id, &letter->core.msg_id) ||
             strcmp(letter->content.sender, letter->core.sender) != 0 ||
             !body_fits(&letter->content, letter->core.type))
        *code = E_FORMAT;
    return true;
}

/* In a content a national number stands in its own field and nowhere else, and in no
 * letter about rights, which no consent covers. */
static bool niss_wrong(const struct content *content, enum letter_class class_)
{
    static const char *const own[] = {"niss"};
    const struct wire_search search = {
            .is = niss_within,
            .except = own,
            .n_except = class_ == LETTER_CLASS_RIGHTS ? 0 : COUNT_OF(own),
    };
    char path[WIRE_PATH_BYTES];
    const struct person *person =
            content->referral == NULL ? NULL : content->referral->person;
    return wire_find_text(&WIRE_CONTENT, content, &search, path) ||
           (person != NULL && person->niss[0] != '\0' && !niss_ok(person->niss));
}

/* Were we asked, and have not accepted? Then we may know no more than a preview shows.
 */
static bool is_unaccepted(const struct inbox_letter *letter)
{
    const struct spool_offer *offer = &letter->offer;
    bool open = lifecycle_is_undecided(offer->state) &&
                offer->pending != OFFER_EVENT_ACCEPT;
    return cases_role(&letter->file) == LIFECYCLE_TARGET && letter->file.content == 0 &&
           (open || offer->state == OFFER_STATE_DECLINED);
}

/* Letters about rights pass also when the consent has ended, but bring nothing that it
 * did not cover. */
static enum code judge_rights(const struct inbox_letter *letter)
{
    const struct consents_known *known = letter->known;
    const struct consent *capsule = &known->capsule;
    bool preview = is_unaccepted(letter);
    if (!known->there)
        return letter->actual == 0 ? CODE_OK : E_CONSENT_DATA;
    uint64_t shown =
            consent_bits(capsule->preview_categories, capsule->n_preview_categories);
    uint64_t told = consent_bits(capsule->data_categories, capsule->n_data_categories);
    uint64_t agreed = preview ? shown : told;
    return (letter->actual & ~agreed) == 0 ? CODE_OK : E_CONSENT_DATA;
}

/* What an event says passes no consent, so it says what is of it and no more. Whom a
 * case is handed on to is a partner. */
static enum code judge_said(const struct node *node, enum offer_event event,
        const struct event_content *said)
{
    struct fields_fault fault;
    if (fields_said_wrong(event, said, &fault))
        return fault.missing ? E_FIELD : E_CONSENT_DATA;
    for (size_t i = 0; i < said->n_handed_on_to; i++)
        if (directory_member(node->directory, said->handed_on_to[i]) == NULL)
            return E_CONSENT_DATA;
    return CODE_OK;
}

/* What is inside must be what was declared; a preview names nobody, and no note holds a
 * national number. */
static enum code judge_content(const struct node *node, struct inbox_letter *letter)
{
    struct disclosure disclosure = disclose_content(&letter->content);
    letter->actual = disclosure.categories;
    if (letter->core.class_ == LETTER_CLASS_PERSONAL &&
            disclosure.level > letter->core.level)
        return E_CONSENT_DATA;
    if (niss_wrong(&letter->content, letter->core.class_))
        return E_NISS;
    if (letter->content.event != NULL) {
        enum code code = judge_said(node, letter->core.event, letter->content.event);
        if (code != CODE_OK)
            return code;
    }
    if (letter->content.visit != NULL && acts_visit_empty(letter->content.visit))
        return E_FIELD;
    if (letter->core.class_ == LETTER_CLASS_RIGHTS)
        return judge_rights(letter);
    return inbox_judge_consent(node, letter);
}

bool inbox_admit(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    *code = judge_content(node, letter);
    return !violations_is(*code) ||
           violations_found(node, &letter->core, letter->file.number, *code, err);
}
