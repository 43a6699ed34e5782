/* words_supply.h - what is wrong with what a partner says of itself, and with a search
 * for partners; three languages. */
#ifndef WORDS_SUPPLY_H
#define WORDS_SUPPLY_H

/* X(NAME, nl, fr, en) */
#define WORDS_SUPPLY(X)                                                                                                             \
    X(PLACE,                                                                                                                        \
            "Geef de NIS-code van de gemeente (vijf cijfers), met of zonder sector (zoals 21004A01-).",                             \
            "Donnez le code INS de la commune (cinq chiffres), avec ou sans secteur (comme 21004A01-).",                            \
            "Give the NIS code of the municipality (five digits), with or without a sector (such as 21004A01-).")                   \
    X(SECTOR_UNKNOWN, "Deze sector staat niet in de tabel van het netwerk op",                                                      \
            "Ce secteur ne figure pas dans la table du réseau au",                                                                  \
            "This sector is not in the table of the network on")                                                                    \
    X(AREA_OVER, "Deze gemeente bestaat niet meer. Haar laatste dag was",                                                           \
            "Cette commune n'existe plus. Son dernier jour était le",                                                               \
            "This municipality is no more. Its last day was")                                                                       \
    X(AREA_NOT_YET, "Deze gemeente bestaat nog niet. Haar eerste dag is",                                                           \
            "Cette commune n'existe pas encore. Son premier jour est le",                                                           \
            "This municipality is not there yet. Its first day is")                                                                 \
    X(AREA_OF_SECTOR,                                                                                                               \
            "Deze sector ligt vandaag in een andere gemeente. Laat de gemeente weg of verbeter ze.",                                \
            "Ce secteur se trouve aujourd'hui dans une autre commune. Omettez la commune ou corrigez-la.",                          \
            "This sector is in another municipality today. Leave the municipality out or correct it.")                              \
    X(NOT_OUR_ANTENNA,                                                                                                              \
            "Deze antenne wordt niet door ons ondersteund. Alleen wie haar ondersteunt, kan dit over haar zeggen.",                 \
            "Nous ne soutenons pas cette antenne. Seul le partenaire qui la soutient peut le dire pour elle.",                      \
            "We do not support this antenna. Only the partner that supports it can say this of it.")                                \
    X(NOT_SAID,                                                                                                                     \
            "Dit was niet gezegd, of het telt al niet meer. Er is niets stop te zetten.",                                           \
            "Cela n'a pas été dit, ou ne compte déjà plus. Il n'y a rien à arrêter.",                                               \
            "This was not said, or counts no longer. There is nothing to end.")                                                     \
    X(NOT_OFFERED,                                                                                                                  \
            "Hiervoor is geen aanbod bekendgemaakt. Zeg eerst dat u dit aanbiedt (service set).",                                   \
            "Aucune offre n'est publiée pour cela. Publiez d'abord l'offre (service set).",                                         \
            "No service is published for this. Say first that you offer it (service set).")                                         \
    X(CAPACITY_DAYS,                                                                                                                \
            "Kies een dag die niet voorbij is en hoogstens veertien dagen ver: zo blijft het juist.",                               \
            "Choisissez un jour qui n'est pas passé et au plus à quatorze jours : ainsi, cela reste exact.",                        \
            "Choose a day that has not passed, at most fourteen days ahead: so it stays true.")                                     \
    X(WAITING,                                                                                                                      \
            "Geef bij een wachtlijst hoeveel dagen men wacht (1 tot 1000), en alleen daar.",                                        \
            "Pour une liste d'attente, donnez le nombre de jours d'attente (1 à 1000), et seulement là.",                           \
            "With a waiting list give how many days people wait (1 to 1000), and only there.")                                      \
    X(PLACES, "Dit aantal plaatsen past niet bij de toestand.",                                                                     \
            "Ce nombre de places ne va pas avec l'état.",                                                                           \
            "This number of places does not go with the state.")                                                                    \
    X(ABSENCE_DAYS,                                                                                                                 \
            "Geef een eerste en een laatste dag; de laatste is niet voorbij, en samen hoogstens een jaar.",                         \
            "Donnez un premier et un dernier jour ; le dernier n'est pas passé, et au plus un an en tout.",                         \
            "Give a first and a last day; the last has not passed, and a year at most in all.")                                     \
    X(NO_COORDINATOR,                                                                                                               \
            "Alleen een buurtzorgregisseur (REGISSEUR) heeft een mandaat. Vraag de beheerder van het netwerk om dat lidmaatschap.", \
            "Seul un coordinateur de soins de quartier (REGISSEUR) a un mandat. Demandez cette qualité au gestionnaire du réseau.", \
            "Only a neighbourhood care coordinator (REGISSEUR) has a mandate. Ask the steward of the network for that membership.") \
    X(MANDATE_AREAS,                                                                                                                \
            "Noem de gebieden van het mandaat: het lidmaatschap noemt er geen.",                                                    \
            "Citez les zones du mandat : l'affiliation n'en cite aucune.",                                                          \
            "Name the areas of the mandate: the membership names none.")                                                            \
    X(SUBSTITUTE_SELF,                                                                                                              \
            "Kies iemand anders: wie afwezig is, kan zichzelf niet vervangen.",                                                     \
            "Choisissez quelqu'un d'autre : un absent ne peut pas se remplacer lui-même.",                                          \
            "Choose somebody else: who is away cannot stand in for themselves.")

#endif
