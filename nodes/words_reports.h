/* words_reports.h - what is wrong with a question for a report or a subscription, and
 * what stands under each report; three languages. */
#ifndef WORDS_REPORTS_H
#define WORDS_REPORTS_H

/* clang-format off */
/* X(NAME, nl, fr, en) */
#define WORDS_REPORTS(X)                                                               \
    X(PERIOD,                                                                          \
            "Kies een maand, een kwartaal of een jaar dat begonnen is: 2026-09, 2026-Q3 of 2026.", \
            "Choisissez un mois, un trimestre ou une année qui a commencé : 2026-09, 2026-Q3 ou 2026.", \
            "Choose a month, a quarter or a year that has begun: 2026-09, 2026-Q3 or 2026.") \
    X(SUBSCRIPTION_DAYS,                                                               \
            "Kies een dag die niet voorbij is en hoogstens een jaar ver.",             \
            "Choisissez un jour qui n'est pas passé et au plus à un an.",              \
            "Choose a day that has not passed, at most a year ahead.")                 \
    X(OWN_AREA_ONLY,                                                                   \
            "Alleen bij het buurtrapport kunt u kiezen tussen wat verteld is en onze eigen aantallen.", \
            "Ce n'est que pour le rapport de quartier qu'on choisit entre ce qui est publié et nos propres nombres.", \
            "Only of the neighbourhood report can you choose between what was told and our own numbers.") \
    X(REPORT_SCOPE,                                                                    \
            "Dit zijn onze eigen aantallen: daarvoor is het recht report:read nodig.",  \
            "Ce sont nos propres nombres : il faut pour cela le droit report:read.",    \
            "These are our own numbers: that takes the right report:read.")             \
    X(NOTE_AREA,                                                                       \
            "Signalen, geen mensen: over één mens kunnen meer signalen komen, en een signaal kan over meer noden gaan. Wat hier niet staat, waren er minder dan vijf of geen, of het staat bij geen sector; sommen zijn sommen van wat hier staat. Een jaar telt mee wat zijn maanden niet vertelden. Beantwoord: het werd een verwijzing of ging naar crisishulp; dat staat er voor hele kwartalen, drie maanden na hun einde, als het van minstens vijf signalen geldt en van minstens vijf niet. Plaats: zoals partners nu zeggen.", \
            "Des signalements, pas des personnes : une personne peut en avoir plusieurs, et un signalement peut porter sur plusieurs besoins. Ce qui ne figure pas ici : moins de cinq, ou aucun, ou sans secteur ; les sommes additionnent ce qui figure ici. Une année compte aussi ce que ses mois n'ont pas dit. Avec réponse : devenu une orientation ou transmis à l'aide de crise ; c'est indiqué par trimestre entier, trois mois après sa fin, quand cela vaut pour cinq signalements au moins et ne vaut pas pour cinq autres. Places : selon ce que disent les partenaires maintenant.", \
            "Signals, not people: one person can have several signals, and a signal can be about several needs. What is not listed was fewer than five, or none, or has no sector; sums are sums of what is listed. A year also counts what its months did not tell. Answered: it became a referral or went to crisis help; that is told for whole quarters, three months after their end, when it holds of five signals at least and does not hold of five others. Room: as partners say now.") \
    X(NOTE_OWN,                                                                        \
            "Signalen, geen mensen. Onze eigen aantallen, ook de kleine: voor ons eigen personeel, niet om door te geven.", \
            "Des signalements, pas des personnes. Nos propres nombres, même petits : pour notre personnel, à ne pas transmettre.", \
            "Signals, not people. Our own numbers, small ones too: for our own staff, not to be handed on.") \
    X(NOTE_FLOW,                                                                       \
            "Signalen en verwijzingen, geen mensen. Geteld naar de maand waarin ze kwamen of vertrokken. Onze eigen aantallen, ook de kleine: voor ons eigen personeel, niet om door te geven. Partners: over het laatste jaar.", \
            "Des signalements et des orientations, pas des personnes. Comptés selon le mois de leur arrivée ou de leur départ. Nos propres nombres, même petits : pour notre personnel, à ne pas transmettre. Partenaires : sur la dernière année.", \
            "Signals and referrals, not people. Counted by the month in which they came or left. Our own numbers, small ones too: for our own staff, not to be handed on. Partners: over the last year.") \
    X(NOTE_CAPACITY,                                                                   \
            "Partners en dagen, geen mensen en geen signalen. Zoals partners het zelf zeggen; wat ouder is dan veertien dagen, is niet gekend. Een dag telt als zonder plaats wanneer niemand zei plaats te hebben, zolang deze node keek.", \
            "Des partenaires et des jours, ni personnes ni signalements. Selon ce que disent les partenaires ; ce qui a plus de quatorze jours est inconnu. Un jour compte comme sans place quand personne n'a dit en avoir, tant que ce nœud regardait.", \
            "Partners and days, not people and not signals. As partners say themselves; what is older than fourteen days is not known. A day counts as without room when nobody said to have any, as long as this node was looking.") \
    X(NOTE_BARRIERS,                                                                   \
            "Meldingen van organisaties, geen mensen en geen signalen. Wat nu nog geldt van wat in die tijd gemeld was.", \
            "Des constats d'organisations, ni personnes ni signalements. Ce qui vaut encore de ce qui était signalé à cette période.", \
            "Reports of organisations, not people and not signals. What still holds of what was reported in that time.") \
    X(NOTE_ESCALATIONS,                                                                \
            "Vragen die vastliepen, geen mensen en geen signalen. Geteld naar de dag waarop het begon, in de gebieden waar wij regisseur zijn: voor ons eigen personeel, niet om door te geven.", \
            "Des demandes bloquées, ni personnes ni signalements. Comptées selon le jour où cela a commencé, dans les territoires que nous coordonnons : pour notre personnel, à ne pas transmettre.", \
            "Requests that got stuck, not people and not signals. Counted by the day on which it began, in the areas that we coordinate: for our own staff, not to be handed on.")
/* clang-format on */

#endif
