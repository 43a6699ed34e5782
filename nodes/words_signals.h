/* words_signals.h - what is wrong with a step in the life of a signal; three languages.
 */
#ifndef WORDS_SIGNALS_H
#define WORDS_SIGNALS_H

/* clang-format off */
/* X(NAME, nl, fr, en) */
#define WORDS_SIGNALS(X)                                                                                                       \
    X(NO_SIGNAL, "Dit is geen signaal dat bij ons binnenkwam.",                                                                \
            "Ce n'est pas un signalement reçu par nous.",                                                                      \
            "This is no signal that came to us.")                                                                              \
    X(ACTOR, "Zeg wie u bent: bij een signaal staat altijd wie besliste.",                                                     \
            "Dites qui vous êtes : un signalement mentionne toujours qui a décidé.",                                          \
            "Say who you are: a signal always names who decided.")                                                             \
    X(NOT_LOWER, "Maak het niet minder dringend dan wie het meldde; meer dringend kan wel.",                                   \
            "Ne le rendez pas moins urgent que ne l'a dit la personne qui signale ; plus urgent est possible.",                \
            "Do not make it less urgent than who reported it said; more urgent is possible.")                                  \
    X(NO_ACTION_WHY, "Kies waarom u niets meer doet. Dat het te lang open bleef of dat de toestemming weg is, zegt Buurtbus zelf.",    \
            "Choisissez pourquoi vous n'allez pas plus loin. Un délai dépassé ou un consentement retiré, Buurtbus le dit lui-même.", \
            "Choose why you do nothing more. That it was open for too long or that the consent has gone, Buurtbus says by itself.") \
    X(JOINED, "Deze twee signalen horen al bij elkaar.", "Ces deux signalements sont déjà joints.",                            \
            "These two signals belong together already.")                                                                      \
    X(SAFETY, "Wie ongevraagd langsgaat na een weigering, geeft een ernstige reden en zegt wat er gezien werd.",               \
            "Qui passe sans demande après un refus donne un motif grave et dit ce qui a été constaté.",                        \
            "Who goes unasked after a refusal gives a serious ground and says what was seen.")                                 \
    X(PLANNED, "Er is al een poging gepland. Geef daarvan eerst het resultaat.",                                               \
            "Une tentative est déjà prévue. Donnez-en d'abord le résultat.",                                                   \
            "An attempt is planned already. Give its result first.")                                                           \
    X(BY_VISIT, "Wie bij de persoon langsgaat, plant dat met visit plan en zegt met visit report hoe het liep.",               \
            "Qui va voir la personne le prévoit avec visit plan et dit avec visit report comment cela s'est passé.",           \
            "Who calls on the person plans that with visit plan and says with visit report how it went.")                      \
    X(PLAN_DAYS, "Plan dit vanaf vandaag, binnen de zestig dagen.",                                                            \
            "Prévoyez ceci à partir d'aujourd'hui, dans les soixante jours.",                                                  \
            "Plan this from today on, within sixty days.")                                                                     \
    X(NOT_YET, "Deze dag moet nog komen.", "Ce jour n'est pas encore venu.", "This day is still to come.")
/* clang-format on */

#endif
