/* hooks_words.h - what can be wrong with a wish about webhooks, in three languages. */
#ifndef ADAPTERS_HTTP_HOOKS_WORDS_H
#define ADAPTERS_HTTP_HOOKS_WORDS_H

/* X(NAME, field, nl, fr, en) */
#define HOOK_FAULTS(X)                                                                                       \
    X(URL, "url",                                                                                            \
            "is geen adres dat met https:// begint, zonder wachtwoord, van ten hoogste 500 tekens",          \
            "n'est pas une adresse qui commence par https://, sans mot de passe, de 500 caractères au plus", \
            "is no address that begins with https://, without a password, of at most 500 characters")        \
    X(URL_OPEN, "url",                                                                                       \
            "begint met http: dat kan alleen naar deze computer zelf; gebruik https",                        \
            "commence par http: c'est possible seulement vers cet ordinateur même; utilisez https",          \
            "begins with http: that is possible to this computer itself only; use https")                    \
    X(URL_LIST, "url",                                                                                       \
            "staat niet in de instelling webhook_urls; de beheerder kan het erbij zetten",                   \
            "ne figure pas dans le réglage webhook_urls; le gestionnaire peut l'y ajouter",                  \
            "is not in the setting webhook_urls; the administrator can add it")                              \
    X(TYPES, "types",                                                                                        \
            "een soort bestaat uit letters, cijfers en punten, met soms een * op het einde",                 \
            "un type se compose de lettres, de chiffres et de points, avec parfois une * à la fin",          \
            "a type consists of letters, digits and dots, sometimes with a * at the end")                    \
    X(STATE, "state", "moet enabled of disabled zijn",                                                       \
            "doit être enabled ou disabled", "must be enabled or disabled")                                  \
    X(OVERLAP, "overlapHours", "mag ten hoogste 168 zijn", "peut être 168 au plus",                          \
            "may be 168 at most")                                                                            \
    X(REPLAY, "fromEvent", "geef één van fromEvent, sinceMs en failed",                                      \
            "donnez un seul de fromEvent, sinceMs et failed",                                                \
            "give one of fromEvent, sinceMs and failed")                                                     \
    X(MANY, "url", "er zijn al 32 webhooks; beëindig er eerst een",                                          \
            "il y a déjà 32 webhooks; terminez-en un d'abord",                                               \
            "there are 32 webhooks already; end one first")

enum hook_fault {
#define X(name, field, nl, fr, en) HOOK_FAULT_##name,
    HOOK_FAULTS(X)
#undef X
};

#endif
