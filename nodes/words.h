/* words.h - what is wrong with one field of a request, for people, in three languages.
 */
#ifndef WORDS_H
#define WORDS_H

#include "core/lang.h"
#include "nodes/words_neighbours.h"
#include "nodes/words_record.h"
#include "nodes/words_reports.h"
#include "nodes/words_signals.h"
#include "nodes/words_supply.h"
#include "nodes/words_visit.h"

/* X(NAME, nl, fr, en) */
#define WORDS(X)                                                                                                                          \
    X(MISSING, "Vul dit in.", "Complétez ce champ.", "Fill this in.")                                                                     \
    X(ONE_OF, "Geef het ene of het andere, niet beide en niet geen van beide.",                                                           \
            "Donnez l'un ou l'autre, pas les deux, ni aucun des deux.",                                                                   \
            "Give the one or the other, not both and not neither.")                                                                       \
    X(PARTNER, "Er is geen actieve partner met deze naam in het netwerk.",                                                                \
            "Il n'y a pas de partenaire actif de ce nom dans le réseau.",                                                                 \
            "There is no active partner of this name in the network.")                                                                    \
    X(OURSELVES, "Dit bent u zelf. Kies een andere partner.",                                                                             \
            "C'est vous-même. Choisissez un autre partenaire.",                                                                           \
            "This is yourself. Choose another partner.")                                                                                  \
    X(TWICE, "Deze staat er twee keer in.", "Ceci figure deux fois.",                                                                     \
            "This is there twice.")                                                                                                       \
    X(AREA, "Geef de NIS-code van de gemeente: vijf cijfers.",                                                                            \
            "Donnez le code INS de la commune : cinq chiffres.",                                                                          \
            "Give the NIS code of the municipality: five digits.")                                                                        \
    X(DAYS, "De datums kloppen niet: begin voor einde, en hoogstens twaalf maanden.",                                                     \
            "Les dates ne conviennent pas : le début avant la fin, et douze mois au "                                                   \
            "plus.",                                                                                                                      \
            "The dates do not fit: begin before end, and at most twelve months.")                                                         \
    X(DAY_PAST, "Deze laatste dag is al voorbij.", "Ce dernier jour est déjà passé.",                                                     \
            "This last day has passed already.")                                                                                          \
    X(ESCALATION,                                                                                                                         \
            "Er is geen vraag met dit nummer waar u als regisseur naar moet kijken.",                                                     \
            "Il n'y a pas de demande de ce numéro à suivre comme coordination.",                                                          \
            "There is nothing of this number that you look after as coordinator.")                                                        \
    X(ESCALATION_OVER, "Dit is intussen opgelost of gestopt.",                                                                            \
            "C'est résolu ou arrêté entre-temps.",                                                                                        \
            "This has been solved or stopped meanwhile.")                                                                                 \
    X(OWN_FIRST,                                                                                                                          \
            "Zet uw eigen organisatie niet vooraan: uw rol geeft haar geen voorrang.",                                                    \
            "Ne mettez pas votre propre organisation en tête : votre rôle ne lui donne pas la priorité.",                                 \
            "Do not put your own organisation first: your role gives it no priority.")                                                    \
    X(REFERRER, "Deze partner heeft de verwijzing zelf gemaakt.",                                                                         \
            "Ce partenaire a fait l'orientation lui-même.",                                                                               \
            "This partner made the referral itself.")                                                                                     \
    X(NO_PROPOSAL,                                                                                                                        \
            "Hier is geen andere partner voor nodig: vraag de partner om te bevestigen dat hij gewist heeft.",                            \
            "Il ne faut pas d'autre partenaire ici : demandez au partenaire de confirmer l'effacement.",                                  \
            "No other partner is needed here: ask the partner to confirm that it has erased.")                                            \
    X(NOT_COORDINATING,                                                                                                                   \
            "Deze partner heeft nu geen mandaat als regisseur voor dit gebied.",                                                          \
            "Ce partenaire n'a pas de mandat de coordination en cours pour ce territoire.",                                               \
            "This partner has no coordinator's mandate for this area now.")                                                               \
    X(CHECK_SUPPLY_ENDS,                                                                                                                  \
            "Wat u over aanbod of plaatsen zegt en binnenkort niet meer telt (buurtbus service list, capacity list):",                    \
            "Ce que vous dites de vos services ou de vos places et qui ne vaudra plus sous peu (buurtbus service list, capacity list) :", \
            "What you say of services or room and that soon counts no more (buurtbus service list, capacity list):")                      \
    X(CHECK_ESCALATIONS, "Verwijzingen van anderen waar u als regisseur naar kijkt:",                                                     \
            "Orientations d'autrui suivies par votre coordination :",                                                                     \
            "Referrals of others that you look after as coordinator:")                                                                    \
    X(CHECK_ESCALATIONS_LATE,                                                                                                             \
            "Verwijzingen van anderen die al opgelost moesten zijn (buurtbus escalations):",                                              \
            "Orientations d'autrui qui devaient déjà être résolues (buurtbus escalations) :",                                             \
            "Referrals of others that should have been solved by now (buurtbus escalations):")                                            \
    X(DATE, "Dit is geen datum (JJJJ-MM-DD), of hij ligt in de toekomst.",                                                                \
            "Ce n'est pas une date (AAAA-MM-JJ), ou elle est dans le futur.",                                                             \
            "This is no date (YYYY-MM-DD), or it lies ahead.")                                                                            \
    X(BIRTH, "Dit is geen geboortedatum: ze ligt meer dan 130 jaar terug.",                                                               \
            "Ce n'est pas une date de naissance : elle remonte à plus de 130 ans.",                                                       \
            "This is no date of birth: it lies more than 130 years back.")                                                                \
    X(DUE, "Geef een datum die niet voorbij is en niet te ver ligt.",                                                                     \
            "Donnez une date qui n'est pas passée ni trop lointaine.",                                                                    \
            "Give a date that has not passed and is not too far ahead.")                                                                  \
    X(NISS_HERE, "Hier staat een rijksregisternummer. Haal het weg.",                                                                     \
            "Ce champ contient un numéro de registre national. Retirez-le.",                                                              \
            "There is a national number in here. Take it out.")                                                                           \
    X(NISS_WRONG, "De controlecijfers van dit rijksregisternummer kloppen niet.",                                                         \
            "Les chiffres de contrôle de ce numéro de registre national sont faux.",                                                      \
            "The check digits of this national number are wrong.")                                                                        \
    X(NISS_OFF,                                                                                                                           \
            "Met deze partner is niet afgesproken om rijksregisternummers te "                                                            \
            "delen.",                                                                                                                     \
            "Il n'est pas convenu avec ce partenaire de partager des numéros de "                                                        \
            "registre national.",                                                                                                         \
            "It is not agreed with this partner to share national numbers.")                                                              \
    X(NAMES,                                                                                                                              \
            "De kandidaat ziet deze tekst vooraf, maar hij noemt de persoon. Haal "                                                       \
            "naam, adres, telefoon en geboortedatum weg.",                                                                                \
            "Le candidat voit ce texte d'avance, mais il désigne la personne. Retirez "                                                  \
            "le nom, l'adresse, le téléphone et la date de naissance.",                                                                   \
            "The candidate sees this text beforehand, but it names the person. Take "                                                     \
            "out name, address, phone and birth date.")                                                                                   \
    X(NOT_SERVED, "Deze partner biedt hiervoor geen dienst aan.",                                                                         \
            "Ce partenaire n'offre pas de service pour cela.",                                                                            \
            "This partner offers no service for this.")                                                                                   \
    X(FULL, "Deze partner neemt nu geen nieuwe vragen aan.",                                                                              \
            "Ce partenaire n'accepte pas de nouvelles demandes pour l'instant.",                                                          \
            "This partner takes no new requests at the moment.")                                                                          \
    X(NO_KEY,                                                                                                                             \
            "Van deze partner is geen geldige sleutel bekend. Probeer later "                                                             \
            "opnieuw.",                                                                                                                   \
            "Aucune clé valable n'est connue pour ce partenaire. Réessayez plus tard.",                                                   \
            "No valid key of this partner is known. Try again later.")                                                                    \
    X(NOT_COVERED, "De toestemming dekt deze gegevens niet:",                                                                             \
            "Le consentement ne couvre pas ces données :",                                                                                \
            "The consent does not cover these data:")                                                                                     \
    X(CONSENT, "Er is geen vastgelegde toestemming met dit nummer.",                                                                      \
            "Il n'y a pas de consentement enregistré sous ce numéro.",                                                                    \
            "There is no recorded consent with this number.")                                                                             \
    X(CASE, "Er is geen dossier met dit nummer.",                                                                                         \
            "Il n'y a pas de dossier sous ce "                                                                                            \
            "numéro.",                                                                                                                    \
            "There is no case with this number.")                                                                                         \
    X(NO_CONSENT_IN_CASE,                                                                                                                 \
            "Dit dossier steunt op geen toestemming: hier is niets in te trekken.",                                                       \
            "Ce dossier ne repose sur aucun consentement : il n'y a rien à retirer ici.",                                                 \
            "This case rests on no consent: there is nothing to withdraw here.")                                                          \
    X(LETTER, "Over een brief met dit nummer is hier niets bewaard.",                                                                     \
            "Rien n'est conservé ici sur une lettre de ce numéro.",                                                                       \
            "Nothing is kept here about a letter of this number.")                                                                        \
    X(ONE_CANDIDATE,                                                                                                                      \
            "Rechtstreeks (direct) gaat naar één kandidaat. Kies voor meer kandidaten sequential of first_claim.",                        \
            "Direct va à un seul candidat. Pour plusieurs candidats, choisissez sequential ou first_claim.",                              \
            "Direct goes to one candidate. For several candidates choose sequential or first_claim.")                                     \
    X(TOO_MANY_CANDIDATES,                                                                                                                \
            "Hoogstens tien kandidaten tegelijk, en twintig voor heel de verwijzing.",                                                    \
            "Au plus dix candidats à la fois, et vingt pour toute l'orientation.",                                                        \
            "At most ten candidates at once, and twenty for the whole referral.")                                                         \
    X(NOT_NAMED,                                                                                                                          \
            "De toestemming noemt deze partner niet. Laat die weg of vraag een nieuwe toestemming.",                                      \
            "Le consentement ne nomme pas ce partenaire. Retirez-le ou demandez un nouveau consentement.",                                \
            "The consent does not name this partner. Leave it out or ask for a new consent.")                                             \
    X(NO_SECRECY,                                                                                                                         \
            "Deze partner is niet gebonden aan beroepsgeheim. Laat die weg of deel minder.",                                              \
            "Ce partenaire n'est pas tenu au secret professionnel. Retirez-le ou partagez moins.",                                        \
            "This partner is not bound by professional secrecy. Leave it out or share less.")                                             \
    X(NOT_AT_ONCE,                                                                                                                        \
            "Zo gevoelige gegevens (S2) gaan nooit naar meerdere partners tegelijk. Kies sequential.",                                    \
            "Des données aussi sensibles (S2) ne vont jamais à plusieurs partenaires à la fois. Choisissez sequential.",                  \
            "Data this sensitive (S2) never go to several partners at once. Choose sequential.")                                          \
    X(NOT_HELD,                                                                                                                           \
            "Dit kan alleen met een verwijzing die u aannam en die loopt, niet met een die stilligt of voorbij is.",                      \
            "Ceci ne va qu'avec une orientation que vous avez acceptée et qui est en cours, ni suspendue ni terminée.",                   \
            "This only goes with a referral that you accepted and that is running, neither on hold nor over.")                            \
    X(NO_CONTENT, "De inhoud van dit dossier is er nog niet, of niet meer.",                                                              \
            "Le contenu de ce dossier n'est pas encore là, ou n'y est plus.",                                                             \
            "The content of this case is not here yet, or not any more.")                                                                 \
    X(HAD_IT,                                                                                                                             \
            "Deze partner had dit dossier al. Kies een partner die het nog niet kreeg.",                                                  \
            "Ce partenaire a déjà eu ce dossier. Choisissez-en un qui ne l'a pas encore reçu.",                                           \
            "This partner has had this case before. Choose one that has not.")                                                            \
    X(NEED_CAME, "Vraag alleen wat in de verwijzing stond die u kreeg.",                                                                  \
            "Ne demandez que ce qui figurait dans l'orientation reçue.",                                                                  \
            "Ask only for what stood in the referral that you were given.")                                                               \
    X(LEAVE_OUT,                                                                                                                          \
            "Noden, contactgegevens en gebied kunnen niet weg: zonder die kan niemand helpen.",                                           \
            "Besoins, coordonnées et zone ne peuvent être retirés : sans eux, personne ne peut aider.",                                   \
            "Needs, contact and area cannot be left out: nobody can help without them.")                                                  \
    X(WHOLE_LIST,                                                                                                                         \
            "Dit geldt voor de hele verwijzing; alleen een antwoord op een vraag gaat naar één kandidaat.",                               \
            "Ceci vaut pour toute l'orientation ; seule une réponse à une question va à un candidat.",                                    \
            "This is about the whole referral; only an answer to a question goes to one candidate.")                                      \
    X(NOT_ASKED, "Deze partner is in dit dossier niet gevraagd.",                                                                         \
            "Ce partenaire n'a pas été sollicité dans ce dossier.",                                                                       \
            "This partner was not asked in this case.")                                                                                   \
    X(OTHER_NEEDS_NOTE, "Bij \"andere\" hoort een korte toelichting.",                                                                    \
            "« Autre » demande une brève explication.",                                                                                   \
            "\"Other\" needs a short explanation.")                                                                                       \
    X(CONFIDENCE_MARK,                                                                                                                    \
            "Een merk [vertrouwelijk] is niet gesloten met [/vertrouwelijk], of is verkeerd geschreven.",                                 \
            "Une marque [confidentiel] n'est pas fermée par [/confidentiel], ou est mal écrite.",                                         \
            "A mark [confidential] is not closed by [/confidential], or is misspelt.")                                                    \
    X(CONFIDENCE_HERE,                                                                                                                    \
            "Dit veld gaat in zijn geheel weg; schrijf hier niets vertrouwelijks.",                                                       \
            "Ce champ part en entier ; n'y écrivez rien de confidentiel.",                                                                \
            "This field leaves as a whole; write nothing confidential in here.")                                                          \
    X(NO_PARTIES, "Van dit dossier heeft nog niemand anders iets gekregen.",                                                              \
            "Personne d'autre n'a encore rien reçu de ce dossier.",                                                                       \
            "Nobody else was handed anything of this case yet.")                                                                          \
    X(NO_REQUEST, "Er is ons geen vraag met dit nummer gesteld.",                                                                         \
            "Aucune demande de ce numéro ne nous a été adressée.",                                                                        \
            "No request of this number was made to us.")                                                                                  \
    X(RIGHTS_ANSWER,                                                                                                                      \
            "Dit antwoord past niet bij deze vraag, of de reden ontbreekt; meer tijd vragen kan één keer.",                               \
            "Cette réponse ne convient pas à cette demande, ou le motif manque ; plus de temps se demande une seule fois.",               \
            "This answer does not fit this request, or the reason is missing; more time is asked for once.")                              \
    X(NOTHING_HELD, "Hiervan is niets meer bewaard. Antwoord: nothing_held.",                                                             \
            "Il n'en reste rien. Répondez : nothing_held.",                                                                               \
            "Nothing of this is held any more. Answer: nothing_held.")                                                                    \
    X(SOMETHING_HELD, "Hiervan is nog iets bewaard.", "Il en reste quelque chose.",                                                       \
            "Something of this is still held.")                                                                                           \
    X(NO_ERASE_ALARM, "Hier ontbreekt geen bericht dat het gewist is.",                                                                   \
            "Aucune confirmation d'effacement ne manque ici.",                                                                            \
            "No confirmation of erasing is missing here.")                                                                                \
    X(SETTLE_REASON,                                                                                                                      \
            "Kies waarom: confirmed_otherwise, never_held, partner_gone of handed_to_guard.",                                             \
            "Choisissez pourquoi : confirmed_otherwise, never_held, partner_gone ou handed_to_guard.",                                    \
            "Choose why: confirmed_otherwise, never_held, partner_gone or handed_to_guard.")                                              \
    X(NOTHING_OWN, "Van dit dossier is hier niets meer bewaard.",                                                                         \
            "Il ne reste rien de ce dossier ici.",                                                                                        \
            "Nothing of this case is held here any more.")                                                                                \
    X(KEPT_ON_GROUND,                                                                                                                     \
            "Dit dossier blijft op de grond die genoemd is. Neem die eerst terug: keep --basis none.",                                    \
            "Ce dossier reste sur la base indiquée. Retirez-la d'abord : keep --basis none.",                                             \
            "This case is kept on the ground that was named. Take that back first: keep --basis none.")                                   \
    X(OWN_ERASE_ONLY, "Dit kan alleen bij een vraag om te wissen.",                                                                       \
            "Cela ne va qu'avec une demande d'effacement.",                                                                               \
            "This goes only with a request to erase.")                                                                                    \
    X(STILL_RUNNING, "Deze verwijzing loopt nog. Rond ze eerst af.",                                                                      \
            "Cette orientation est encore en cours. Terminez-la d'abord.",                                                                \
            "This referral is still running. End it first.")                                                                              \
    X(NOTE_NOT_HERE, "Een toelichting hoort alleen bij \"andere\".",                                                                      \
            "Une explication ne va qu'avec « autre ».",                                                                                   \
            "An explanation goes only with \"other\".")                                                                                   \
    X(NOT_OF_STEP, "Dit hoort niet bij deze stap. Laat het weg.",                                                                         \
            "Ceci ne fait pas partie de cette étape. Retirez-le.",                                                                        \
            "This is no part of this step. Leave it out.")                                                                                \
    X(EACH_NEED, "Geef een resultaat voor elke gevraagde hulp.",                                                                          \
            "Donnez un résultat pour chaque besoin demandé.",                                                                             \
            "Give an outcome for each need that was asked.")                                                                              \
    X(NO_CONTACT,                                                                                                                         \
            "Dit is nog geen contact met de persoon. Meld het als bezoek, en begin zodra "                                                \
            "iemand de persoon heeft gesproken.",                                                                                         \
            "Ce n'est pas encore un contact avec la personne. Rapportez-le comme visite, et "                                             \
            "commencez dès que quelqu'un lui a parlé.",                                                                                   \
            "That is no contact with the person yet. Report it as a visit, and start once "                                               \
            "somebody has spoken with them.")                                                                                             \
    X(MELDPUNT, "Zonder toestemming kan dit alleen naar een meldpunt.",                                                                   \
            "Sans consentement, ceci ne peut aller qu'à un point de signalement.",                                                        \
            "Without consent this can only go to a reporting point.")                                                                     \
    X(CRISIS_PARTNERSHIP,                                                                                                                 \
            "Een signaal zonder toestemming vraagt een samenwerking met dit meldpunt, met het doel "                                      \
            "crisis_help, voor alle gegevens die erin staan, en met beroepsgeheim aan hun kant.",                                         \
            "Un signalement sans consentement demande une convention avec ce point de signalement, "                                      \
            "avec la finalité crisis_help, pour toutes les données qu'il contient, et le secret "                                       \
            "professionnel chez eux.",                                                                                                    \
            "A signal without consent needs a partnership with this reporting point, for the purpose "                                    \
            "crisis_help, for all data that are in it, and with professional secrecy on their side.")                                     \
    X(CHECK_DATES, "elk open dossier heeft een volgende datum",                                                                           \
            "chaque dossier ouvert a une prochaine date",                                                                                 \
            "every open case has a next date")                                                                                            \
    X(CHECK_UNDATED,                                                                                                                      \
            "open dossiers zonder volgende datum; verwittig de beheerder. Aantal:",                                                       \
            "dossiers ouverts sans prochaine date ; avertissez le gestionnaire. Nombre :",                                                \
            "open cases without a next date; tell the administrator. How many:")                                                          \
    X(CHECK_OWNERS, "elk dossier ligt bij iemand",                                                                                        \
            "chaque dossier est chez quelqu'un", "every case is with somebody")                                                           \
    X(CHECK_UNOWNED,                                                                                                                      \
            "dossiers die bij niemand liggen; verwittig de beheerder. Aantal:",                                                           \
            "dossiers qui ne sont chez personne ; avertissez le gestionnaire. Nombre :",                                                  \
            "cases that are with nobody; tell the administrator. How many:")                                                              \
    X(CHECK_STEPS, "elke stap die op antwoord wacht, is onderweg",                                                                        \
            "chaque étape en attente de réponse est en route",                                                                            \
            "every step that waits for an answer is on its way")                                                                          \
    X(CHECK_UNSAID,                                                                                                                       \
            "stappen waarop geen antwoord kan komen; verwittig de beheerder. Aantal:",                                                    \
            "étapes qui ne peuvent recevoir de réponse ; avertissez le gestionnaire. Nombre :",                                           \
            "steps that no answer can come to; tell the administrator. How many:")                                                        \
    X(CHECK_LETTERS, "elke brief die wacht, kan opnieuw vertrekken",                                                                      \
            "chaque lettre en attente peut repartir",                                                                                     \
            "every letter that waits can leave again")                                                                                    \
    X(CHECK_UNPACKED,                                                                                                                     \
            "brieven die niet opnieuw kunnen vertrekken; verwittig de beheerder. Aantal:",                                                \
            "lettres qui ne peuvent repartir ; avertissez le gestionnaire. Nombre :",                                                     \
            "letters that cannot leave again; tell the administrator. How many:")                                                         \
    X(CHECK_COVERED, "elk open dossier heeft zijn toestemming",                                                                           \
            "chaque dossier ouvert a son consentement",                                                                                   \
            "every open case has its consent")                                                                                            \
    X(CHECK_UNCOVERED,                                                                                                                    \
            "open dossiers waarvan de toestemming hier ontbreekt; verwittig de beheerder. Aantal:",                                       \
            "dossiers ouverts dont le consentement manque ici ; avertissez le gestionnaire. Nombre :",                                    \
            "open cases whose consent is missing here; tell the administrator. How many:")                                                \
    X(CHECK_LINK, "verbonden met de makelaar", "connecté au courtier",                                                                    \
            "connected to the broker")                                                                                                    \
    X(CHECK_CLOCK, "seconden verschil met de klok van de makelaar:",                                                                      \
            "secondes d'écart avec l'horloge du courtier :",                                                                              \
            "seconds apart from the broker's clock:")                                                                                     \
    X(CHECK_NO_LIST, "er is nog geen lijst van leden",                                                                                    \
            "il n'y a pas encore de liste des membres",                                                                                   \
            "there is no list of members yet")                                                                                            \
    X(CHECK_AGE, "ouderdom van de lijst in dagen:", "âge de la liste en jours :",                                                         \
            "age of the list in days:")                                                                                                   \
    X(CHECK_TOO_OLD,                                                                                                                      \
            "te oud voor nieuwe verwijzingen tot de steward een nieuwe publiceert; ouderdom in dagen:",                                   \
            "trop ancienne pour de nouvelles orientations tant que le steward n'en publie pas ; âge en jours :",                          \
            "too old for new referrals until the steward publishes; age in days:")                                                        \
    X(CHECK_WHOLE, "zoals de steward ze opsomt", "comme le steward les énumère",                                                          \
            "as the steward listed them")                                                                                                 \
    X(CHECK_NOT_WHOLE,                                                                                                                    \
            "de lijst is niet volledig; ze wordt bij elke verbinding opnieuw gevraagd",                                                   \
            "la liste n'est pas complète ; elle est redemandée à chaque connexion",                                                       \
            "the list is not complete; it is asked again at each connection")                                                             \
    X(CHECK_MEMBER, "geldig", "valable", "in force")                                                                                      \
    X(CHECK_NO_MEMBER, "deze node is nu geen geldig lid",                                                                                 \
            "ce nœud n'est pas membre en ce moment",                                                                                      \
            "this node is no member in force now")                                                                                        \
    X(CHECK_KEYS, "alleen leesbaar voor hun eigenaar",                                                                                    \
            "lisibles par leur propriétaire seulement",                                                                                   \
            "readable for their owner only")                                                                                              \
    X(CHECK_KEY_OPEN, "ontbreekt of staat open voor anderen (chmod 600):",                                                                \
            "manque ou est accessible à d'autres (chmod 600) :",                                                                          \
            "is missing or open to others (chmod 600):")                                                                                  \
    X(CHECK_EPOCHS, "dagen waarvoor wij sleutels klaar hebben:",                                                                          \
            "jours pour lesquels nos clés sont prêtes :",                                                                                 \
            "days for which our keys are ready:")                                                                                         \
    X(CHECK_QUARANTINE_NONE, "er werd geen brief tegengehouden",                                                                          \
            "aucune lettre n'a été retenue", "no letter was held back")                                                                   \
    X(CHECK_QUARANTINE,                                                                                                                   \
            "brief tegengehouden en vernietigd: er stond meer in dan de afzender opgaf. Bel de "                                          \
            "afzender, en vraag uw functionaris voor gegevensbescherming of dit gemeld moet worden. "                                     \
            "Laatste afzender (aantal in 30 dagen):",                                                                                     \
            "lettre retenue et détruite : elle contenait plus que ce que l'expéditeur indiquait. "                                     \
            "Téléphonez à l'expéditeur, et demandez à votre délégué à la protection des données s'il "                          \
            "faut le notifier. Dernier expéditeur (nombre en 30 jours) :",                                                                \
            "letter held back and destroyed: more stood in it than its sender declared. Phone the "                                       \
            "sender, and ask your data protection officer whether it must be notified. Last sender "                                      \
            "(how many in 30 days):")                                                                                                     \
    X(CHECK_VIOLATION_NONE, "geen brief van ons werd tegengehouden",                                                                      \
            "aucune de nos lettres n'a été retenue",                                                                                      \
            "no letter of ours was held back")                                                                                            \
    X(CHECK_VIOLATION,                                                                                                                    \
            "een brief van ons werd tegengehouden: er stond meer in dan ons programma opgaf. Werk het "                                   \
            "programma bij, en vraag uw functionaris voor gegevensbescherming of dit gemeld moet worden. "                                \
            "Laatste ontvanger (aantal in 30 dagen):",                                                                                    \
            "une de nos lettres a été retenue : elle contenait plus que ce que notre programme indiquait. "                            \
            "Mettez le programme à jour, et demandez à votre délégué à la protection des données s'il faut "                       \
            "le notifier. Dernier destinataire (nombre en 30 jours) :",                                                                   \
            "a letter of ours was held back: more stood in it than our program declared. Update the "                                     \
            "program, and ask your data protection officer whether it must be notified. Last recipient "                                  \
            "(how many in 30 days):")                                                                                                     \
    X(CHECK_REGISTERED, "de makelaar kent elke intrekking",                                                                               \
            "le courtier connaît chaque retrait", "the broker knows every withdrawal")                                                    \
    X(CHECK_REGISTERING, "hier van kracht, onderweg naar de makelaar:",                                                                   \
            "en vigueur ici, en route vers le courtier :",                                                                                \
            "in force here, on their way to the broker:")                                                                                 \
    X(CHECK_UNREGISTERED,                                                                                                                 \
            "al een uur niet bij de makelaar; bel de ontvangers als het dringend is:",                                                    \
            "pas chez le courtier depuis une heure ; téléphonez si c'est urgent :",                                                       \
            "not at the broker for an hour; phone the recipients if urgent:")                                                             \
    X(CHECK_ERASED, "niemand is te laat met wissen",                                                                                      \
            "personne n'est en retard pour effacer", "nobody is late in erasing")                                                         \
    X(CHECK_PARTNERSHIPS, "geen enkele loopt binnen 60 dagen af",                                                                         \
            "aucune ne prend fin dans les 60 jours",                                                                                      \
            "none of them ends within 60 days")                                                                                           \
    X(CHECK_ENDS_SOON, "loopt binnen 60 dagen af; stel nieuwe voorwaarden voor",                                                          \
            "prend fin dans les 60 jours ; proposez de nouvelles conditions",                                                             \
            "ends within 60 days; propose new terms")                                                                                     \
    X(CHECK_ENDED,                                                                                                                        \
            "afgelopen, niets over personen gaat er nog heen; stel opnieuw voor of beëindig",                                             \
            "terminée, plus rien sur des personnes n'y va ; proposez à nouveau ou terminez",                                              \
            "over, nothing about persons goes there; propose anew or end it")                                                             \
    X(CHECK_LOG, "er is geen alarm dat nog niemand gezien heeft",                                                                         \
            "aucune alarme que personne n'ait vue",                                                                                       \
            "there is no alarm that nobody has looked at")                                                                                \
    X(CHECK_ERASE_MISSING, "zegt niet dat de gegevens gewist zijn; bel deze partner",                                                     \
            "ne confirme pas l'effacement des données ; téléphonez",                                                                      \
            "has not said that the data are erased; phone this partner")                                                                  \
    X(CHECK_ERASE_GUARD,                                                                                                                  \
            "al 72 uur niet gewist; verwittig de verantwoordelijke voor gegevensbescherming",                                             \
            "pas effacé depuis 72 heures ; avertissez le responsable de la protection des données",                                       \
            "not erased for 72 hours; tell the data-protection contact")                                                                  \
    X(CHECK_RIGHTS, "vragen voorbij de helft van hun termijn:",                                                                           \
            "demandes au-delà de la moitié de leur délai :",                                                                              \
            "requests past half of their term:")                                                                                          \
    X(CHECK_RIGHTS_LATE, "vragen waarop wij te laat antwoorden (rights list --open):",                                                    \
            "demandes auxquelles nous répondons en retard (rights list --open) :",                                                        \
            "requests that we are late to answer (rights list --open):")                                                                  \
    X(CHECK_RIGHTS_UNANSWERED,                                                                                                            \
            "partners die te laat antwoorden op een vraag van een persoon; bel hen. Aantal:",                                             \
            "partenaires en retard pour répondre à une demande d'une personne ; téléphonez-leur. Nombre :",                               \
            "partners that are late to answer a request of a person; phone them. How many:")                                              \
    X(CHECK_ROOM, "vrije ruimte in MiB:", "place libre en Mio :", "free room in MiB:")                                                    \
    X(NO_PARTNERSHIP, "Met deze partner is nog geen samenwerking afgesproken.",                                                           \
            "Aucune convention n'est encore conclue avec ce partenaire.",                                                                 \
            "No partnership is agreed with this partner yet.")                                                                            \
    X(TOKEN, "Deze toegang bestaat niet of is ingetrokken.",                                                                              \
            "Cet accès n'existe pas ou a été retiré.",                                                                                    \
            "This access does not exist or was withdrawn.")                                                                               \
    X(LINK_NOT_JOINED, "Deze node hoort nog bij geen netwerk.",                                                                           \
            "Ce nœud n'appartient encore à aucun réseau.",                                                                                \
            "This node has not joined a network yet.")                                                                                    \
    X(LINK_NO_MEMBER,                                                                                                                     \
            "Deze node of de makelaar is nu geen lid van het netwerk. Kijk of de klok "                                                   \
            "van deze computer juist staat, of vraag het de steward.",                                                                    \
            "Ce nœud ou le courtier n'est pas membre du réseau en ce moment. Vérifiez "                                                \
            "l'horloge de cet ordinateur, ou demandez au steward.",                                                                       \
            "This node or the broker is no member of the network now. See whether the "                                                   \
            "clock of this computer is right, or ask the steward.")                                                                       \
    X(LINK_REFUSED, "De makelaar neemt deze node niet aan.",                                                                              \
            "Le courtier n'accepte pas ce nœud.",                                                                                         \
            "The broker does not take this node.")                                                                                        \
    X(LINK_UNKNOWN,                                                                                                                       \
            "De makelaar kent de sleutel van deze node niet: nog niet toegelaten, "                                                       \
            "geschorst of uitgesloten.",                                                                                                  \
            "Le courtier ne connaît pas la clé de ce nœud : pas encore admis, suspendu "                                              \
            "ou exclu.",                                                                                                                  \
            "The broker does not know this node's key: not admitted yet, suspended or "                                                   \
            "revoked.")                                                                                                                   \
    X(LINK_MISMATCH,                                                                                                                      \
            "De sleutel van de makelaar klopt niet: een ander programma antwoordt op "                                                    \
            "dit adres, of een aanvaller.",                                                                                               \
            "La clé du courtier ne correspond pas : un autre programme répond à cette "                                               \
            "adresse, ou un attaquant.",                                                                                                  \
            "The broker's key does not match: another program answers at this address, "                                                  \
            "or an attacker.")                                                                                                            \
    X(LINK_AWAY, "De makelaar antwoordt niet; de node probeert het opnieuw.",                                                             \
            "Le courtier ne répond pas ; le nœud réessaie.",                                                                              \
            "The broker does not answer; the node tries again.")                                                                          \
    X(VERB, "Kies voorstellen, instemmen of beëindigen.",                                                                                 \
            "Choisissez proposer, accepter ou terminer.",                                                                                 \
            "Choose propose, agree or end.")                                                                                              \
    X(ANTENNA,                                                                                                                            \
            "Een antenne heeft geen eigen samenwerking. Spreek af met wie haar ondersteunt:",                                             \
            "Une antenne n'a pas de convention propre. Convenez avec le partenaire qui la soutient :",                                    \
            "An antenna has no partnership of its own. Agree with the partner that supports it:")                                         \
    X(SECRECY_REASON, "Zeg op welke grond deze kant aan beroepsgeheim gebonden is.",                                                      \
            "Indiquez sur quelle base ce côté est tenu au secret professionnel.",                                                         \
            "Say on what ground this side is bound by professional secrecy.")                                                             \
    X(NISS_CATEGORY,                                                                                                                      \
            "Het rijksregisternummer kan alleen als de gegevens ook 'identifier' noemen.",                                                \
            "Le numéro national n'est possible que si les données citent aussi « identifier ».",                                          \
            "The national number is possible only when the data name 'identifier' too.")                                                  \
    X(TERMS_DAYS,                                                                                                                         \
            "Geef een laatste dag die niet voorbij is, en hoogstens vijf jaar ver.",                                                      \
            "Donnez un dernier jour qui n'est pas passé, et au plus cinq ans plus tard.",                                                 \
            "Give a last day that has not passed, at most five years ahead.")                                                             \
    X(NOT_PROPOSED, "Deze partner heeft niets voorgesteld.",                                                                              \
            "Ce partenaire n'a rien proposé.", "This partner has proposed nothing.")                                                      \
    X(PAUSE, "Geef bij een pauze een einddatum in de toekomst.",                                                                          \
            "Pour une pause, donnez une date de fin dans le futur.",                                                                      \
            "For a pause give an end date that lies ahead.")                                                                              \
    X(NOT_HERE, "Dit wordt aan de broker gevraagd, niet aan een node.",                                                                   \
            "Ceci se demande au courtier, pas à un nœud.",                                                                                \
            "This is asked of the broker, not of a node.")                                                                                \
    X(NAME, "Gebruik kleine letters, cijfers en streepjes.",                                                                              \
            "Utilisez des minuscules, des chiffres et des tirets.",                                                                       \
            "Use lower-case letters, digits and hyphens.")                                                                                \
    X(PATH, "Geef het volledige pad van een nieuwe map.",                                                                                 \
            "Donnez le chemin complet d'un nouveau dossier.",                                                                             \
            "Give the full path of a new folder.")                                                                                        \
    X(BACKUP_THERE, "Deze map is er al. Geef het pad van een nieuwe map.",                                                                \
            "Ce dossier existe déjà. Donnez le chemin d'un nouveau dossier.",                                                             \
            "This folder is there already. Give the path of a new one.")                                                                  \
    X(BACKUP_FOLDER,                                                                                                                      \
            "De node kan deze map niet maken. De map erboven moet er zijn, en de node moet er "                                           \
            "mogen schrijven, zoals in /var/backups/buurtbus.",                                                                           \
            "Le nœud ne peut pas créer ce dossier. Le dossier qui le contient doit exister, et le "                                     \
            "nœud doit pouvoir y écrire, comme dans /var/backups/buurtbus.",                                                              \
            "The node cannot make this folder. The one above it must be there, and the node must "                                        \
            "be allowed to write in it, as in /var/backups/buurtbus.")                                                                    \
    X(BACKUP_HALF,                                                                                                                        \
            "De reservekopie is niet af. Kijk of er plaats is op de schijf, neem een andere map, en "                                     \
            "probeer het opnieuw.",                                                                                                       \
            "La copie de sauvegarde n'est pas complète. Voyez s'il y a de la place sur le disque, "                                      \
            "prenez un autre dossier et réessayez.",                                                                                      \
            "The backup is not whole. See whether there is room on the disk, take another folder, "                                       \
            "and try again.")                                                                                                             \
    X(BACKUP_BUSY, "Er wordt al een reservekopie gemaakt. Wacht tot die klaar is.",                                                       \
            "Une copie de sauvegarde est déjà en cours. Attendez qu'elle soit prête.",                                                    \
            "A backup is being made already. Wait until it is done.")                                                                     \
    X(PASSPHRASE, "Neem een wachtzin van minstens acht tekens.",                                                                          \
            "Prenez une phrase secrète d'au moins huit caractères.",                                                                      \
            "Take a passphrase of at least eight characters.")                                                                            \
    X(OPEN_CASES, "Er zijn nog open dossiers. Bevestig dat ze worden teruggegeven.",                                                      \
            "Il reste des dossiers ouverts. Confirmez qu'ils sont rendus.",                                                               \
            "There are open cases left. Confirm that they are handed back.")                                                              \
    X(NOT_JOINED,                                                                                                                         \
            "Deze node hoort nog bij geen netwerk. Laad eerst de bundel van de "                                                          \
            "beheerder van het netwerk.",                                                                                                 \
            "Ce nœud n'appartient encore à aucun réseau. Chargez d'abord le paquet du "                                                \
            "gestionnaire du réseau.",                                                                                                    \
            "This node belongs to no network yet. Load the steward's bundle first.")

#define X(name, nl, fr, en) WORDS_##name,
enum words {
    WORDS(X) WORDS_RECORD(X) WORDS_SUPPLY(X) WORDS_SIGNALS(X) WORDS_VISIT(X)
            WORDS_NEIGHBOURS(X) WORDS_REPORTS(X) N_WORDS
};
#undef X

/* Never NULL. */
const char *words_text(enum words words, enum lang lang);

#endif
