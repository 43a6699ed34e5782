/* notice.c - the standard notice in three languages. */
#include "nodes/notice.h"

#include "core/hash.h"

static const struct {
    const char *title;
    const char *text;
} NOTICES[N_LANGS] = {
        [LANG_NL] = {"Mag ik uw gegevens delen?",
                     "Wij willen u helpen, en soms kan een andere organisatie dat "
                "beter dan wij. Daarom vragen wij of wij haar iets over u mogen "
                "vertellen.\n"
                "U kiest zelf met welke organisaties wij dat doen, waarvoor, "
                "welke gegevens zij krijgen en tot wanneer. Wij vertellen niet "
                "meer dan nodig is.\n"
                "Een organisatie die gevraagd wordt, ziet eerst een kort "
                "overzicht zonder uw naam. Pas als zij ja zegt, krijgt zij uw "
                "naam en de rest.\n"
                "U bent niet verplicht om ja te zeggen. Zegt u nee, dan blijft de "
                "hulp die u nu krijgt gewoon doorgaan.\n"
                "U mag uw toestemming altijd intrekken, zonder reden. Zeg het aan "
                "een van de organisaties. Vanaf dan wordt er niets meer gedeeld. "
                "Wat al gedeeld is, kan niet ongedaan gemaakt worden, maar wie "
                "het kreeg, verwijdert het, tenzij de wet vraagt om het te bewaren.\n"
                "U mag altijd vragen wat er over u gedeeld is en met wie, en "
                "fouten laten verbeteren. Bent u niet tevreden, dan kunt u klagen "
                "bij de Gegevensbeschermingsautoriteit.\n"
                "U krijgt een bewijs van wat wij hebben afgesproken.\n"   },
        [LANG_FR] = {"Puis-je partager vos données ?",
                     "Nous voulons vous aider, et parfois une autre organisation peut "
                "le faire mieux que nous. C'est pourquoi nous vous demandons si "
                "nous pouvons lui parler de vous.\n"
                "Vous choisissez avec quelles organisations, dans quel but, "
                "quelles données elles reçoivent et jusqu'à quand. Nous ne disons "
                "que ce qui est nécessaire.\n"
                "Une organisation à qui nous faisons appel voit d'abord un bref "
                "aperçu sans votre nom. C'est seulement si elle dit oui qu'elle "
                "reçoit votre nom et le reste.\n"
                "Vous n'êtes pas obligé de dire oui. Si vous dites non, l'aide "
                "que vous recevez maintenant continue comme avant.\n"
                "Vous pouvez toujours retirer votre consentement, sans donner de "
                "raison. Dites-le à l'une des organisations. À partir de ce "
                "moment, plus rien n'est partagé. Ce qui a déjà été partagé ne "
                "peut pas être repris, mais ceux qui l'ont reçu l'effacent, sauf "
                "si la loi demande de le garder.\n"
                "Vous pouvez toujours demander ce qui a été partagé sur vous et "
                "avec qui, et faire corriger les erreurs. Si vous n'êtes pas "
                "satisfait, vous pouvez porter plainte auprès de l'Autorité de "
                "protection des données.\n"
                "Vous recevez une preuve de ce dont nous avons convenu.\n"},
        [LANG_EN] = {"May I share your data?",
                     "We want to help you, and sometimes another organisation can do "
                "that better than we can. That is why we ask whether we may tell "
                "it something about you.\n"
                "You choose with which organisations, what for, which data they "
                "get and until when. We tell no more than is needed.\n"
                "An organisation that is asked first sees a short overview "
                "without your name. Only when it says yes does it get your name "
                "and the rest.\n"
                "You do not have to say yes. If you say no, the help that you get "
                "now simply goes on.\n"
                "You may always take your consent back, without giving a reason. "
                "Say so to one of the organisations. From then on nothing more is "
                "shared. What has been shared cannot be undone, but who received "
                "it erases it, unless the law asks to keep it.\n"
                "You may always ask what was shared about you and with whom, and "
                "have mistakes corrected. If you are not satisfied, you can "
                "complain to the Data Protection Authority.\n"
                "You get a proof of what we agreed.\n"                    },
};

const char *notice_title(enum lang lang)
{
    return NOTICES[lang].title;
}

const char *notice_text(enum lang lang)
{
    return NOTICES[lang].text;
}

struct key32 notice_hash(enum lang lang)
{
    const char *text = NOTICES[lang].text;
    return hash_sha256_one((struct span){(const uint8_t *)text, strlen(text)});
}
