/* problem.h - refusals as RFC 9457 says them: which status and type of problem each
 * code of the code table is, and those that only HTTP knows.
 *
 * Types that the Belgian REST guide has are urn:problem-type:belgif:..., ours are
 * urn:problem-type:buurtbus:... and named after the code (E_CONSENT_WITHDRAWN:
 * consentWithdrawn). */
#ifndef ADAPTERS_HTTP_PROBLEM_H
#define ADAPTERS_HTTP_PROBLEM_H

#include "core/code.h"

enum { PROBLEM_TYPE_BYTES = 96 };

/* What no code of the table says: name of the type, status, and a sentence in three
 * languages. */
#define PROBLEMS(X)                                                                                                       \
    X(NO_TOKEN, 401, "belgif:noAccessToken",                                                                              \
            "Er is geen toegangscode meegegeven. Geef ze mee als Authorization: Bearer.",                                 \
            "Aucun code d'accès n'a été donné. Donnez-le comme Authorization : Bearer.",                                  \
            "No access token was given. Give it as Authorization: Bearer.")                                               \
    X(NO_ROUTE, 404, "belgif:resourceNotFound", "Dit adres bestaat niet.",                                                \
            "Cette adresse n'existe pas.", "There is no such address.")                                                   \
    X(NO_METHOD, 405, "belgif:methodNotAllowed",                                                                          \
            "Deze methode kan niet op dit adres; de hoofding Allow zegt welke wel.",                                      \
            "Cette méthode n'est pas possible à cette adresse ; l'en-tête Allow dit lesquelles le sont.",                 \
            "This method is not possible at this address; the header Allow says which are.")                              \
    X(NOT_LOCAL, 403, "buurtbus:thisComputerOnly",                                                                        \
            "Dit adres antwoordt enkel aan programma's op dezelfde computer.",                                            \
            "Cette adresse ne répond qu'aux programmes du même ordinateur.",                                              \
            "This address answers to programs on the same computer only.")                                                \
    X(NOT_ACCEPTABLE, 406, "buurtbus:notAcceptable",                                                                      \
            "Dit adres antwoordt niet in wat de hoofding Accept vraagt.",                                                 \
            "Cette adresse ne répond pas dans ce que demande l'en-tête Accept.",                                          \
            "This address does not answer in what the header Accept asks for.")                                           \
    X(LONG_ADDRESS, 414, "buurtbus:uriTooLong",                                                                           \
            "Het adres van de aanvraag is te lang.",                                                                      \
            "L'adresse de la demande est trop longue.",                                                                   \
            "The address of the request is too long.")                                                                    \
    X(BAD_HOST, 421, "buurtbus:misdirectedRequest",                                                                       \
            "Dit programma antwoordt niet op deze naam. De beheerder kan ze toelaten met de instelling hosts.",           \
            "Ce programme ne répond pas à ce nom. Le gestionnaire peut l'admettre avec le réglage hosts.",                \
            "This program does not answer to this name. The administrator can allow it with the setting hosts.")          \
    X(BAD_HEADER, 400, "belgif:badRequest",                                                                               \
            "Een hoofding van de aanvraag is niet juist.",                                                                \
            "Un en-tête de la demande n'est pas correct.",                                                                \
            "A header of the request is not correct.")                                                                    \
    X(BAD_INPUT, 400, "belgif:badRequest", "De aanvraag is niet juist ingevuld.",                                         \
            "La demande n'est pas correctement remplie.",                                                                 \
            "The request is not filled in correctly.")                                                                    \
    X(NO_KEY, 400, "buurtbus:idempotencyKeyMissing",                                                                      \
            "De hoofding Idempotency-Key ontbreekt of is niet juist. Geef elke nieuwe opdracht een eigen sleutel.",       \
            "L'en-tête Idempotency-Key manque ou n'est pas correct. Donnez à chaque nouvelle demande sa propre clé.",     \
            "The header Idempotency-Key is missing or not correct. Give each new request a key of its own.")              \
    X(KEY_RUNS, 409, "buurtbus:requestInProgress",                                                                        \
            "Dezelfde aanvraag wordt nog behandeld. Probeer het zo meteen opnieuw met dezelfde sleutel.",                 \
            "La même demande est encore en cours. Réessayez dans un instant avec la même clé.",                           \
            "The same request is still being handled. Try again in a moment with the same key.")                          \
    X(EVENT_UNKNOWN, 409, "buurtbus:eventUnknown",                                                                        \
            "Zo ver gaan de gebeurtenissen niet: de opslag is een oudere kopie. Lees uw dossiers opnieuw.",               \
            "Les événements ne vont pas si loin : le stockage est une copie plus ancienne. Relisez vos dossiers.",        \
            "Events do not go that far: the store is an older copy. Read your cases anew.")                               \
    X(OTHER_PERSON, 403, "buurtbus:consentPerson",                                                                        \
            "Deze toestemming is van iemand anders. Is het dezelfde persoon, zeg dan waarom in samePerson.",              \
            "Ce consentement est celui d'une autre personne. Si c'est bien la même, dites pourquoi dans samePerson.",     \
            "This consent is of somebody else. If it is the same person, say why in samePerson.")                         \
    X(UNSURE, 409, "buurtbus:unsure",                                                                                     \
            "Misschien leidt dit naar één persoon, en iedereen kan het lezen. Haal het weg, of geef sure mee.",           \
            "Ceci mène peut-être à une personne, et chacun peut le lire. Retirez-le, ou donnez sure.",                    \
            "Perhaps this leads to one person, and everybody can read it. Take it out, or give sure.")                    \
    X(KEY_REUSED, 422, "buurtbus:idempotencyKeyReused",                                                                   \
            "Deze Idempotency-Key is al gebruikt voor een andere aanvraag. Geef elke nieuwe opdracht een eigen sleutel.", \
            "Cette Idempotency-Key a déjà servi pour une autre demande. Donnez à chaque nouvelle demande sa propre clé.", \
            "This Idempotency-Key was used for another request already. Give each new request a key of its own.")         \
    X(NO_MATCH, 428, "buurtbus:preconditionRequired",                                                                     \
            "De hoofding If-Match ontbreekt. Lees eerst de toestand en geef haar ETag mee.",                              \
            "L'en-tête If-Match manque. Lisez d'abord l'état et donnez son ETag.",                                        \
            "The header If-Match is missing. Read the state first and give its ETag.")                                    \
    X(STALE, 412, "buurtbus:preconditionFailed",                                                                          \
            "De toestand is intussen veranderd. Lees hem opnieuw en beslis opnieuw.",                                     \
            "L'état a changé entre-temps. Relisez-le et décidez à nouveau.",                                              \
            "The state has changed in the meantime. Read it again and decide again.")                                     \
    X(TOO_LARGE, 413, "belgif:payloadTooLarge",                                                                           \
            "De aanvraag is te groot: de inhoud mag 1 MiB zijn.",                                                         \
            "La demande est trop grande : le contenu peut avoir 1 MiB.",                                                  \
            "The request is too large: its body may have 1 MiB.")                                                         \
    X(NO_JSON, 415, "belgif:unsupportedMediaType",                                                                        \
            "De inhoud moet JSON zijn (Content-Type: application/json).",                                                 \
            "Le contenu doit être du JSON (Content-Type : application/json).",                                            \
            "The body must be JSON (Content-Type: application/json).")                                                    \
    X(TOO_MANY, 429, "belgif:tooManyRequests",                                                                            \
            "Dit zijn te veel aanvragen. Wacht zo lang als de hoofding Retry-After zegt.",                                \
            "Ceci fait trop de demandes. Attendez le temps que dit l'en-tête Retry-After.",                               \
            "These are too many requests. Wait as long as the header Retry-After says.")                                  \
    X(LONG_HEADERS, 431, "buurtbus:requestHeaderFieldsTooLarge",                                                          \
            "De hoofdingen van de aanvraag zijn te lang.",                                                                \
            "Les en-têtes de la demande sont trop longs.",                                                                \
            "The headers of the request are too long.")                                                                   \
    X(NODE_AWAY, 503, "belgif:serviceUnavailable",                                                                        \
            "De node antwoordt nu niet. Probeer het later opnieuw, met dezelfde Idempotency-Key.",                        \
            "Le nœud ne répond pas pour l'instant. Réessayez plus tard, avec la même Idempotency-Key.",                   \
            "The node does not answer now. Try again later, with the same Idempotency-Key.")

enum problem_kind {
#define X(name, status, type, nl, fr, en) PROBLEM_##name,
    PROBLEMS(X)
#undef X
            N_PROBLEM_KINDS
};

/* One problem, ready to be said. */
struct problem {
    unsigned status;
    char type[PROBLEM_TYPE_BYTES];
    const char *title; /* for people */
    unsigned retry_s;  /* Retry-After; 0: there is none */
};

struct problem problem_of(enum problem_kind kind, enum lang lang);
/* Of a code of the node's reply. matched: the request named a version. */
struct problem problem_of_code(const char *code, bool matched, enum lang lang);

#endif
