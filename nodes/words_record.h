/* words_record.h - what is wrong with one field of a consent record, in three
 * languages; a part of words.h. */
#ifndef WORDS_RECORD_H
#define WORDS_RECORD_H

/* X(NAME, nl, fr, en) */
#define WORDS_RECORD(X)                                                                                                                                                      \
    X(OTHER_NAME,                                                                                                                                                            \
            "De toestemming met dit nummer staat op een andere naam dan die van de persoon over wie dit gaat. Bekijk ze (buurtbus consent show).",                           \
            "Le consentement de ce numéro est à un autre nom que celui de la personne dont il s'agit. Consultez-le (buurtbus consent show).",                                \
            "The consent of this number bears another name than that of the person this is about. Look at it (buurtbus consent show).")                                      \
    X(OTHER_BIRTH,                                                                                                                                                           \
            "De geboortedatum is een andere dan die in de toestemming met dit nummer. Bekijk ze (buurtbus consent show).",                                                   \
            "La date de naissance n'est pas celle du consentement de ce numéro. Consultez-le (buurtbus consent show).",                                                      \
            "The date of birth is another one than in the consent of this number. Look at it (buurtbus consent show).")                                                      \
    X(OTHER_NISS,                                                                                                                                                            \
            "Het rijksregisternummer is een ander dan dat in de toestemming met dit nummer. Bekijk ze (buurtbus consent show).",                                             \
            "Le numéro national n'est pas celui du consentement de ce numéro. Consultez-le (buurtbus consent show).",                                                        \
            "The national number is another one than in the consent of this number. Look at it (buurtbus consent show).")                                                    \
    X(NO_NAME_TO_COMPARE,                                                                                                                                                    \
            "Er staat geen naam bij die met de toestemming te vergelijken is. Noem de persoon, of zeg waarom het die van de toestemming is.",                                \
            "Aucun nom ne permet de comparer avec le consentement. Nommez la personne, ou dites pourquoi c'est celle du consentement.",                                      \
            "There is no name that can be held against the consent. Name the person, or say why it is the one of the consent.")                                              \
    X(ONWARD, "Kies 0, 1, 2 of 3: hoe vaak dit verder doorgegeven mag worden.",                                                                                              \
            "Choisissez 0, 1, 2 ou 3 : combien de fois ceci peut être transmis plus loin.",                                                                                  \
            "Choose 0, 1, 2 or 3: how often this may be handed on.")                                                                                                         \
    X(ONWARD_OR_NOT,                                                                                                                                                         \
            "Zeg hoe vaak het doorgegeven mag worden, of dat het niet meer mag; niet beide.",                                                                                \
            "Dites combien de fois cela peut être transmis, ou que cela ne se peut plus ; pas les deux.",                                                                    \
            "Say how often it may be handed on, or that it may not any more; not both.")                                                                                     \
    X(CONSENT_WITHOUT_YES,                                                                                                                                                   \
            "De wettelijke grond is toestemming, maar hier staat dat er geen toestemming is. Kies hoe ze gegeven is, of kies een andere grond.",                             \
            "La base légale est le consentement, mais il est indiqué ici qu'il n'y en a pas. Choisissez comment il a été donné, ou une autre base.",                         \
            "The legal basis is consent, but this says that there is none. Choose how it was given, or another basis.")                                                      \
    X(YES_WITHOUT_CONSENT,                                                                                                                                                   \
            "Hier staat hoe de toestemming gegeven is, maar de wettelijke grond is een andere. Kies toestemming als grond, of zeg dat er geen toestemming is.",              \
            "Il est indiqué comment le consentement a été donné, mais la base légale est une autre. Choisissez le consentement comme base, ou indiquez qu'il n'y en a pas.", \
            "It is said how the consent was given, but the legal basis is another one. Choose consent as the basis, or say that there is none.")                             \
    X(NOT_EXPLICIT,                                                                                                                                                          \
            "Voor gevoelige gegevens, zoals gezondheid of geweld, moet de toestemming uitdrukkelijk zijn.",                                                                  \
            "Pour des données sensibles, comme la santé ou la violence, le consentement doit être explicite.",                                                               \
            "For sensitive data, such as health or violence, the consent must be explicit.")                                                                                 \
    X(LEVEL_UNDER_DATA,                                                                                                                                                      \
            "Sommige van deze gegevens zijn gevoeliger dan wat de persoon toestaat. Verhoog de gevoeligheid of haal ze weg.",                                                \
            "Certaines de ces données sont plus sensibles que ce que la personne autorise. Augmentez la sensibilité ou retirez-les.",                                        \
            "Some of these data are more sensitive than the person allows. Raise the sensitivity or take them out.")                                                         \
    X(PREVIEW_BEYOND,                                                                                                                                                        \
            "Vooraf te zien mag alleen wat ook gedeeld mag worden, en nooit naam, adres, telefoon, geboortedatum of rijksregisternummer.",                                   \
            "Ne peut être vu à l'avance que ce qui peut être partagé, et jamais le nom, l'adresse, le téléphone, la date de naissance ou le numéro national.",               \
            "Seen beforehand may only be what may be shared, and never name, address, phone, date of birth or national number.")                                             \
    X(NO_AUTHORITY,                                                                                                                                                          \
            "Iemand anders gaf de toestemming. Zeg op welke grond die dat mag.",                                                                                             \
            "Une autre personne a donné le consentement. Dites à quel titre elle le peut.",                                                                                  \
            "Somebody else gave the consent. Say on what ground.")                                                                                                           \
    X(NO_REPRESENTATIVE,                                                                                                                                                     \
            "De toestemming kwam van een vertegenwoordiger. Kies welke soort vertegenwoordiger dat is.",                                                                     \
            "Le consentement vient d'un représentant. Choisissez de quel type de représentant il s'agit.",                                                                   \
            "The consent came from a representative. Choose which kind of representative.")                                                                                  \
    X(NO_TRUSTED_PERSON,                                                                                                                                                     \
            "De toestemming kwam via een vertrouwenspersoon. Kies vertrouwenspersoon als grond.",                                                                            \
            "Le consentement est passé par une personne de confiance. Choisissez la personne de confiance comme titre.",                                                     \
            "The consent came through a trusted person. Choose trusted person as the ground.")                                                                               \
    X(NO_SPEAKER, "Noem wie voor de persoon sprak.",                                                                                                                         \
            "Nommez qui a parlé pour la personne.", "Name who spoke for the person.")                                                                                        \
    X(SPEAKS_FOR_SELF,                                                                                                                                                       \
            "Hier staat de persoon zelf, maar volgens de grond sprak iemand anders. Noem die persoon, of kies de persoon zelf als grond.",                                   \
            "La personne elle-même est indiquée ici, mais selon le titre une autre a parlé. Nommez celle-ci, ou choisissez la personne elle-même.",                          \
            "This is the person, but by the ground somebody else spoke. Name that one, or choose the person as the ground.")                                                 \
    X(OTHER_WITHOUT_GROUND,                                                                                                                                                  \
            "Iemand anders dan de persoon gaf de toestemming. Zeg op welke grond die dat mag.",                                                                              \
            "Une autre que la personne a donné le consentement. Dites à quel titre elle le peut.",                                                                           \
            "Somebody other than the person gave the consent. Say on what ground.")                                                                                          \
    X(SPEAKER_WITHOUT_YES,                                                                                                                                                   \
            "Er is geen toestemming gegeven, dus ook niet door iemand. Laat dit leeg.",                                                                                      \
            "Aucun consentement n'a été donné, donc par personne. Laissez ceci vide.",                                                                                       \
            "No consent was given, so nobody gave it. Leave this empty.")                                                                                                    \
    X(NO_WITNESS_ROLE, "Zeg wie de getuige is voor de persoon.",                                                                                                             \
            "Dites qui est le témoin pour la personne.",                                                                                                                     \
            "Say what the witness is to the person.")                                                                                                                        \
    X(NO_WITNESS,                                                                                                                                                            \
            "Er is gezegd wie de getuige is voor de persoon, maar niet hoe de getuige heet.",                                                                                \
            "Il est dit qui est le témoin pour la personne, mais pas son nom.",                                                                                              \
            "It is said what the witness is to the person, but not who it is.")                                                                                              \
    X(WITNESS_IS_SPEAKER,                                                                                                                                                    \
            "De getuige moet iemand anders zijn dan wie de toestemming gaf.",                                                                                                \
            "Le témoin doit être une autre personne que celle qui a donné le consentement.",                                                                                 \
            "The witness must be somebody other than who gave the consent.")                                                                                                 \
    X(WITNESS_ASKED,                                                                                                                                                         \
            "Wie de toestemming vroeg, kan niet zelf de getuige zijn. Noem iemand anders, of niemand.",                                                                      \
            "Qui a demandé le consentement ne peut pas être témoin. Nommez quelqu'un d'autre, ou personne.",                                                                 \
            "Who asked for the consent cannot be the witness. Name somebody else, or nobody.")                                                                               \
    X(NO_INTERPRETER, "Het gesprek ging via een tolk. Noem de tolk of de tolkdienst.",                                                                                       \
            "L'entretien est passé par un interprète. Nommez l'interprète ou le service.",                                                                                   \
            "The talk went through an interpreter. Name the interpreter or the service.")                                                                                    \
    X(INTERPRETER_SPEAKS,                                                                                                                                                    \
            "De tolk moet iemand anders zijn dan wie de toestemming gaf.",                                                                                                   \
            "L'interprète doit être une autre personne que celle qui a donné le consentement.",                                                                              \
            "The interpreter must be somebody other than who gave the consent.")                                                                                             \
    X(LANGUAGE, "Geef de taal als een korte code, zoals nl, fr of ar.",                                                                                                      \
            "Donnez la langue par un code court, comme nl, fr ou ar.",                                                                                                       \
            "Give the language as a short code, such as nl, fr or ar.")                                                                                                      \
    X(NOTICE, "Bij een eigen uitlegtekst horen een titel en een versie.",                                                                                                    \
            "Un texte d'explication propre demande un titre et une version.",                                                                                                \
            "A notice of your own needs a title and a version.")                                                                                                             \
    X(NOTICE_HASH,                                                                                                                                                           \
            "Geef de eigen uitlegtekst als bestand, zodat vaststaat welke tekst gebruikt is.",                                                                               \
            "Donnez votre texte d'explication comme fichier, pour qu'il soit établi quel texte a servi.",                                                                    \
            "Give your own notice as a file, so that it is certain which text was used.")                                                                                    \
    X(SECRECY_NO_CONSENT,                                                                                                                                                    \
            "Zonder toestemming als wettelijke grond kan het beroepsgeheim niet op de toestemming steunen. Kies een andere grond.",                                          \
            "Sans consentement comme base légale, le secret professionnel ne peut pas s'appuyer sur le consentement. Choisissez une autre base.",                            \
            "Without consent as legal basis, professional secrecy cannot rest on consent. Choose another ground.")                                                           \
    X(SECRECY_PERSONAL,                                                                                                                                                      \
            "Deze gegevens vallen onder het beroepsgeheim. Kies waarom ze toch gedeeld mogen worden.",                                                                       \
            "Ces données relèvent du secret professionnel. Choisissez pourquoi elles peuvent être partagées.",                                                               \
            "These data are under professional secrecy. Choose why they may be shared all the same.")                                                                        \
    X(CONDITIONS_NOT_HERE, "Deze voorwaarden horen alleen bij gedeeld beroepsgeheim.",                                                                                       \
            "Ces conditions ne concernent que le secret professionnel partagé.",                                                                                             \
            "These conditions belong only with shared professional secrecy.")                                                                                                \
    X(CONDITION, "Gedeeld beroepsgeheim kan alleen als ook dit klopt:",                                                                                                      \
            "Le secret professionnel partagé n'est possible que si ceci est vrai aussi :",                                                                                   \
            "Shared professional secrecy is possible only if this holds too:")                                                                                               \
    X(KEEP, "Bewaar dit hoogstens tien jaar na het einde.",                                                                                                                  \
            "Gardez ceci au plus dix ans après la fin.",                                                                                                                     \
            "Keep this at most ten years after its end.")                                                                                                                    \
    X(CHECK_CONSENTS, "er eindigt er geen binnen 30 dagen",                                                                                                                  \
            "aucun ne finit dans les 30 jours", "none ends within 30 days")                                                                                                  \
    X(CHECK_CONSENTS_ENDING, "eindigen binnen 30 dagen:",                                                                                                                    \
            "finissent dans les 30 jours :", "end within 30 days:")                                                                                                          \
    X(CHECK_CONSENTS_ENDED,                                                                                                                                                  \
            "verwijzingen die lopen na het einde van hun toestemming:",                                                                                                      \
            "orientations en cours après la fin de leur consentement :",                                                                                                     \
            "referrals that run past the end of their consent:")                                                                                                             \
    X(RENEW_ONLY,                                                                                                                                                            \
            "Een toestemming die een andere voortzet, leg je vast met consent renew.",                                                                                       \
            "Un consentement qui en prolonge un autre s'enregistre avec consent renew.",                                                                                     \
            "A consent that follows another one is recorded with consent renew.")                                                                                            \
    X(RENEWED_BY, "Deze toestemming is al vernieuwd, met nummer:",                                                                                                           \
            "Ce consentement est déjà renouvelé, sous le numéro :",                                                                                                          \
            "This consent was renewed already, by number:")                                                                                                                  \
    X(RENEW_WITHDRAWN,                                                                                                                                                       \
            "De persoon heeft deze toestemming ingetrokken. Vraag alles opnieuw en leg het vast met consent give.",                                                          \
            "La personne a retiré ce consentement. Redemandez tout et enregistrez-le avec consent give.",                                                                    \
            "The person took this consent back. Ask everything anew and record it with consent give.")                                                                       \
    X(NOT_A_MEMBER, "Er is geen actieve partner met deze naam in het netwerk:",                                                                                              \
            "Il n'y a pas de partenaire actif de ce nom dans le réseau :",                                                                                                   \
            "There is no active partner of this name in the network:")                                                                                                       \
    X(SUPPORTER_TOO,                                                                                                                                                         \
            "Een antenne heeft geen eigen node. Vraag de persoon ook of het mag naar wie haar brieven leest:",                                                               \
            "Une antenne n'a pas de nœud propre. Demandez aussi à la personne si cela peut aller à qui lit ses lettres :",                                                   \
            "An antenna has no node of its own. Ask the person also whether it may go to who reads its letters:")

#endif
