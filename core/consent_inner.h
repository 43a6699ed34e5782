/* consent_inner.h - the rules of consent as one list, for core/consent*.c only.
 *
 * In order: the first row that does not hold is the verdict of consent_decide. Each row
 * is a question consent_NAME, the code of a no, and its kind (enum consent_rule_kind).
 * The words of each row are in proto/consent_words.tsv; what it compares, for people,
 * is said in consent_explain.c.
 */
#ifndef CONSENT_INNER_H
#define CONSENT_INNER_H

#include "core/consent.h"
#include "core/vocab.h"

/* clang-format off */
#define CONSENT_RULES(X) \
    X(letter_whole, E_FORMAT, CONSENT_BASE)                    /* there is a letter with all its fields                              */ \
    X(letter_personal, E_FORMAT, 0)                            /* it is a personal letter                                            */ \
    X(capsule_there, E_CONSENT_NONE, CONSENT_BASE)             /* there is a capsule, and it is the one that the letter names        */ \
    X(no_conflict, E_CONSENT_CONFLICT, 0)                      /* nobody showed another capsule with this id                         */ \
    X(not_withdrawn, E_CONSENT_WITHDRAWN, 0)                   /* the person did not take the consent back                           */ \
    X(not_stale, E_CONSENT_STALE, 0)                           /* we know that we have heard of every withdrawal                     */ \
    X(capsule_whole, E_FORMAT, CONSENT_BASE | CONSENT_CAPSULE) /* the capsule has all its fields                                     */ \
    X(capsule_senders, E_FIELD, CONSENT_CAPSULE)               /* it says who asked, and who may send                                */ \
    X(capsule_recipients, E_FIELD, CONSENT_CAPSULE)            /* it says who may receive: by name, or by type and area              */ \
    X(capsule_purposes, E_FIELD, CONSENT_CAPSULE)              /* it says what for                                                   */ \
    X(capsule_data, E_FIELD, CONSENT_CAPSULE)                  /* it says which data                                                 */ \
    X(capsule_preview, E_FIELD, CONSENT_CAPSULE)               /* what it allows before the accept names nobody                      */ \
    X(capsule_level, E_FIELD, CONSENT_CAPSULE)                 /* it says up to which level                                          */ \
    X(capsule_term, E_TTL, CONSENT_CAPSULE)                    /* it has a first and a last day, at most twelve months apart         */ \
    X(capsule_onward, E_FIELD, CONSENT_CAPSULE)                /* it says how many times the case may be handed on, within the limit */ \
    X(capsule_basis, E_CONSENT_BASIS, CONSENT_CAPSULE)         /* it says on what legal basis                                        */ \
    X(in_term, E_CONSENT_EXPIRED, 0)                           /* today lies within its days (Brussels)                              */ \
    X(parties_of_offer, E_CONSENT_RECIPIENT, 0)                /* the letter goes between the two parties of its offer               */ \
    X(sender_named, E_CONSENT_RECIPIENT, 0)                    /* the capsule names who sends                                        */ \
    X(recipient_named, E_CONSENT_RECIPIENT, 0)                 /* the capsule names who receives                                     */ \
    X(onward_kept, E_CONSENT_ONWARD, 0)                        /* the case was not handed on more often than allowed                 */ \
    X(area_agreed, E_CONSENT_AREA, 0)                          /* a recipient named by type works in the agreed area                 */ \
    X(purpose_agreed, E_CONSENT_PURPOSE, 0)                    /* the purpose is agreed                                              */ \
    X(data_agreed, E_CONSENT_DATA, 0)                          /* the declared data are agreed                                       */ \
    X(preview_agreed, E_CONSENT_DATA, 0)                       /* before the accept: only what the preview may show                  */ \
    X(data_declared, E_CONSENT_DATA, 0)                        /* what is really inside was declared                                 */ \
    X(level_agreed, E_LEVEL, 0)                                /* the level is agreed                                                */ \
    X(level_honest, E_LEVEL, 0)                                /* the level is not below that of the declared data                   */ \
    X(signal_ground, E_SECRECY, 0)                             /* a signal: consent, or a vital interest and the reporting point     */ \
    X(legal_ground, E_CONSENT_BASIS, 0)                        /* any other letter: the same                                         */ \
    X(alert_only, E_ALERT, 0)                                  /* a shop: only a signal to the reporting point, naming nobody        */ \
    X(secrecy_bound, E_SECRECY, 0)                             /* above S0: the recipient is bound by professional secrecy           */ \
    X(secrecy_ground, E_SECRECY, 0)                            /* above S0: a ground is named, and not that the data are not personal */ \
    X(not_to_many, E_SECRECY, 0)                               /* S2 never goes to several candidates at once                        */ \
    X(partnership_active, E_PARTNERSHIP, 0)                    /* the two partners work together                                     */ \
    X(partnership_purpose, E_PARTNERSHIP, 0)                   /* for this purpose                                                   */ \
    X(partnership_data, E_PARTNERSHIP, 0)                      /* with these data                                                    */ \
    X(niss_agreed, E_NISS, 0)                                  /* a national number only where they agreed on it                     */ \
    X(offer_accepted, E_TRANSITION, 0)                         /* content, text and visit: the offer is accepted                     */
/* clang-format on */

#define CONSENT_BIT(row) (UINT64_C(1) << (row))

/* Every bit of a set is a row, and one of the allowed. */
bool consent_within(uint64_t bits, uint64_t allowed);
/* The categories that the letter declares. */
uint64_t consent_declared(const struct letter_core *core);

/* The categories that a preview under this capsule may show: agreed, and naming nobody.
 */
uint64_t consent_may_preview(const struct consent *capsule);

/* Is it in the list? Row 0 is in none. */
bool consent_has_row(const uint16_t *rows, size_t n_rows, uint16_t row);

/* The two ends of the referral, whichever way the letter goes: within an offer the
 * capsule covers both directions. */
struct consent_ends {
    const char *from;
    const char *to;
    uint16_t from_type;
    uint16_t to_type;
    bool answer; /* the target writes */
};
struct consent_ends consent_ends(const struct consent_case *facts);

#define CONSENT_RULE_PROTOTYPE(name, code, kind)                                       \
    bool consent_##name(const struct consent_case *facts, int32_t day);
CONSENT_RULES(CONSENT_RULE_PROTOTYPE)
#undef CONSENT_RULE_PROTOTYPE

#endif
