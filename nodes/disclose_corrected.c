/* disclose_corrected.c - what of a correction a candidate may hear that has only seen a
 * preview. */
#include "core/vocab.h"
#include "nodes/disclose.h"

struct referral disclose_seen(const struct preview *preview, struct person *person)
{
    *person = (struct person){
            .name = "",
            .birth_date = "",
            .address = "",
            .phone = "",
            .language = preview->language,
            .interpreter_needed = preview->interpreter_needed,
            .niss = "",
            .age_band = preview->age_band,
    };
    return (struct referral){
            .person = person,
            .person_does_self = "",
            .strengths = preview->strengths,
            .own_goal = preview->own_goal,
            .help_wanted = "",
            .needs = preview->needs,
            .n_needs = preview->n_needs,
            .reason = "",
            .reason_language = "",
            .network = "",
            .services_present = "",
            .wanted_period = preview->wanted_period,
            .handover_mode = preview->handover_mode,
            .referrer_name = "",
            .referrer_phone = "",
    };
}

bool disclose_corrected(const struct referral *corrected, const struct preview *held,
        int32_t today, struct arena *arena, struct preview *changed, bool *any,
        struct err *err)
{
    const struct content before = {.preview = held};
    uint64_t shown = disclose_content(&before).categories;
    struct referral visible = *corrected;
    if ((shown >> DATA_CATEGORY_NEEDS & 1) == 0)
        visible.n_needs = 0;
    if (!disclose_preview(&visible, shown, today, arena, changed, err))
        return false;
    /* Another birth date may mean the same age. */
    if (changed->age_band == held->age_band)
        changed->age_band = 0;
    const struct content after = {.preview = changed};
    *any = disclose_content(&after).categories != 0 || changed->wanted_period != 0 ||
           changed->handover_mode != 0;
    return true;
}
