/* words_neighbours.h - what is wrong with what is said among neighbours; three
 * languages. */
#ifndef WORDS_NEIGHBOURS_H
#define WORDS_NEIGHBOURS_H

/* X(NAME, nl, fr, en) */
#define WORDS_NEIGHBOURS(X)                                                                                                                   \
    X(FOUND_LENGTH, "De tekst is te lang", "Le texte est trop long",                                                                          \
            "The text is too long")                                                                                                           \
    X(FOUND_NISS, "Rijksregisternummer", "Numéro national", "National number")                                                                \
    X(FOUND_PHONE, "Telefoonnummer", "Numéro de téléphone", "Telephone number")                                                               \
    X(FOUND_EMAIL, "E-mailadres", "Adresse e-mail", "E-mail address")                                                                         \
    X(FOUND_STREET, "Straat met nummer", "Rue avec numéro", "Street with its number")                                                         \
    X(FOUND_DIGITS, "Is dit een nummer van iemand", "Est-ce le numéro de quelqu'un",                                                          \
            "Is this somebody's number")                                                                                                      \
    X(FOUND_PLACE, "Is dit waar iemand woont", "Est-ce là où quelqu'un habite",                                                               \
            "Is this where somebody lives")                                                                                                   \
    X(FOUND_NAME, "Is dit een naam van iemand", "Est-ce le nom de quelqu'un",                                                                 \
            "Is this somebody's name")                                                                                                        \
    X(FOUND_AGE, "Maakt deze leeftijd iemand herkenbaar",                                                                                     \
            "Cet âge rend-il quelqu'un reconnaissable",                                                                                       \
            "Does this age tell who somebody is")                                                                                             \
    X(FOUND_LINK, "Leidt dit naar iemand", "Cela mène-t-il à quelqu'un",                                                                      \
            "Does this lead to somebody")                                                                                                     \
    X(ASK_REFERENCE, "Geef wie het vraagt en het nummer, zoals buurthuis/12.",                                                                \
            "Donnez qui le demande et le numéro, comme buurthuis/12.",                                                                        \
            "Give who asks it and the number, such as buurthuis/12.")                                                                         \
    X(NO_ASK, "Deze vraag is er niet (meer). Kijk in de lijst (ask list).",                                                                   \
            "Cette demande n'existe pas (ou plus). Voyez la liste (ask list).",                                                               \
            "This ask is not there (any more). See the list (ask list).")                                                                     \
    X(OWN_ASK, "Dit vraagt u zelf. Laat een ander het opnemen, of sluit uw vraag af.",                                                        \
            "C'est votre propre demande. Laissez quelqu'un d'autre s'en charger, ou clôturez-la.",                                            \
            "This is your own ask. Let somebody else take it up, or end it.")                                                                 \
    X(ASK_TAKEN, "Iemand anders neemt dit al op.",                                                                                            \
            "Quelqu'un d'autre s'en charge déjà.",                                                                                            \
            "Somebody else takes this up already.")                                                                                           \
    X(NOT_CLAIMED, "U had dit niet opgenomen.", "Vous ne vous en étiez pas chargé.",                                                          \
            "You had not taken this up.")                                                                                                     \
    X(ASK_DAYS,                                                                                                                               \
            "Kies een laatste dag die niet voorbij is, hoogstens drie maanden ver.",                                                          \
            "Choisissez un dernier jour qui n'est pas passé, au plus à trois mois.",                                                          \
            "Choose a last day that has not passed, three months ahead at most.")                                                             \
    X(SAID_DAYS, "Kies een laatste dag die niet voorbij is en niet te ver ligt.",                                                             \
            "Choisissez un dernier jour qui n'est pas passé et pas trop éloigné.",                                                            \
            "Choose a last day that has not passed and is not too far ahead.")                                                                \
    X(FRESH_CONSENT,                                                                                                                          \
            "Hiervoor is een nieuwe toestemming van dezelfde persoon nodig: vastgelegd nadat dit begon, en niet die van het dossier.",        \
            "Il faut un nouveau consentement de la même personne : enregistré après le début de ceci, et pas celui du dossier.",              \
            "This needs a new consent of the same person: recorded after this began, and not the one of the case.")                           \
    X(INFORMAL_PURPOSE,                                                                                                                       \
            "De toestemming moet informele steun als doel hebben (informal_support).",                                                        \
            "Le consentement doit avoir le soutien informel comme finalité (informal_support).",                                              \
            "The consent must have informal support as a purpose (informal_support).")                                                        \
    X(NOT_A_REFERRAL, "Alleen een verwijzing kan een vraag aan buren worden.",                                                                \
            "Seule une orientation peut devenir une demande aux voisins.",                                                                    \
            "Only a referral can become an ask among neighbours.")                                                                            \
    X(NO_ADVICE, "Dit advies is er niet (meer). Kijk in de lijst (advice list).",                                                             \
            "Cet avis n'existe pas (ou plus). Voyez la liste (advice list).",                                                                 \
            "This advice is not there (any more). See the list (advice list).")                                                               \
    X(NOT_ASKED_ADVICE, "Aan u wordt hierop geen antwoord gevraagd.",                                                                         \
            "On ne vous demande pas de réponse à ceci.",                                                                                      \
            "No answer to this is asked of you.")                                                                                             \
    X(FEW, "Noem geen getallen van 1 tot 4: ze kunnen over één persoon gaan. Laat ze weg.",                                                   \
            "Ne citez pas de nombres de 1 à 4 : ils peuvent parler d'une seule personne. Retirez-les.",                                       \
            "Give no numbers from 1 to 4: they may be about one person. Leave them out.")                                                     \
    X(TO_WHOM,                                                                                                                                \
            "Noem van wie een antwoord wordt gevraagd: partners of soorten partners.",                                                        \
            "Dites de qui une réponse est demandée : des partenaires ou des types de partenaires.",                                           \
            "Name of whom an answer is asked: partners, or types of partners.")                                                               \
    X(NOT_A_BARRIER, "Geef een drempel als partner/nummer (barrier list).",                                                                   \
            "Donnez un obstacle sous la forme partenaire/numéro (barrier list).",                                                             \
            "Give a barrier as partner/number (barrier list).")                                                                               \
    X(TASKS, "Geef hoeveel taken tegelijk: 1 tot 1000.",                                                                                      \
            "Donnez le nombre de tâches à la fois : 1 à 1000.",                                                                               \
            "Give how many tasks at once: 1 to 1000.")                                                                                        \
    X(VOLUNTEERS_FULL,                                                                                                                        \
            "De vrijwilligers van deze antenne zitten aan hun grens (load). Rond eerst iets af, of weiger met volunteers_at_limit.",          \
            "Les bénévoles de cette antenne sont à leur limite (load). Terminez d'abord quelque chose, ou refusez avec volunteers_at_limit.", \
            "The volunteers of this antenna are at their limit (load). Finish something first, or decline with volunteers_at_limit.")         \
    X(ALERT_NAMES, "Zeg wat u zag en waar, niet over wie: het meldpunt belt u terug.",                                                        \
            "Dites ce que vous avez vu et où, pas de qui : le point de signalement vous rappelle.",                                           \
            "Say what you saw and where, not who it is about: the reporting point calls you back.")                                           \
    X(KIND_OF_LIST, "Deze lijst bestaat niet.", "Cette liste n'existe pas.",                                                                  \
            "There is no such list.")

#endif
