/* words_visit.h - what is wrong with a field of a home visit, for people; part of
 * words.h. */
#ifndef WORDS_VISIT_H
#define WORDS_VISIT_H

/* X(NAME, nl, fr, en) */
#define WORDS_VISIT(X)                                                                      \
    X(VISIT_DAY, "Kies een dag vanaf vandaag, hoogstens negentig dagen vooruit.",           \
            "Choisissez un jour à partir d'aujourd'hui, dans les nonante jours.",           \
            "Choose a day from today on, at most ninety days ahead.")                       \
    X(VISIT_FROM, " Dat kan vanaf ", " C'est possible à partir du ",                        \
            " It is possible from ")                                                        \
    X(VISIT_COUNTED, "Geteld is dit: ", "D'après le compte, c'est : ",                      \
            "By the count this is: ")                                                       \
    X(VISIT_WHEN, "Kies een dag sinds dit dossier hier begon, en niet na vandaag.",         \
            "Choisissez un jour depuis le début de ce dossier ici, et pas "                \
            "après aujourd'hui.",                                                           \
            "Choose a day since this case began here, and not after today.")                \
    X(NO_VISIT, "In dit dossier staat geen bezoek gepland.",                                \
            "Aucune visite n'est prévue dans ce dossier.",                                  \
            "No visit is planned in this case.")                                            \
    X(VISIT_LATER, "Uitstellen is naar een latere dag.",                                    \
            "Reporter, c'est choisir un jour plus tard.",                                   \
            "To postpone is to choose a later day.")                                        \
    X(VISIT_PUT_OFF,                                                                        \
            "Dit bezoek is al drie keer uitgesteld. Zeg het af of meld hoe het liep.",      \
            "Cette visite a déjà été reportée trois fois. Annulez-la ou dites "        \
            "comment elle s'est passée.",                                                   \
            "This visit has been postponed three times. Call it off or report how "         \
            "it went.")                                                                     \
    X(VISIT_NEXT, "Zeg wanneer het volgende bezoek is, of waarom er geen meer komt.",       \
            "Dites quand aura lieu la visite suivante, ou pourquoi il n'y en a plus.",      \
            "Say when the next visit is, or why there is none.")                            \
    X(VISIT_BESIDE,                                                                         \
            "Wat volgt, zegt u naast dit bezoek: de dag, wie gaat, waarvoor, of waarom "    \
            "er geen meer komt.",                                                           \
            "Ce qui suit se dit à côté de cette visite : le jour, qui y va, dans quel " \
            "but, ou pourquoi il n'y en a plus.",                                           \
            "What follows is said beside this visit: the day, who goes, what for, or "      \
            "why there is none.")                                                           \
    X(VISIT_ENDS, "Na dit resultaat wordt geen nieuw bezoek gepland.",                      \
            "Après ce résultat, aucune nouvelle visite n'est prévue.",                      \
            "After this result no new visit is planned.")

#endif
