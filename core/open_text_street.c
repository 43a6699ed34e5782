/* open_text_street.c - a street with a number, as it is written in Dutch, French or
 * English. */
#include "core/open_text_inner.h"

enum {
    HOUSE_DIGITS = 4, /* of the number of a house */
    NAME_PIECES = 10, /* of the name of a street, behind its kind */
    BACK_WORDS = 3,   /* of such a name in front of its kind */
    NEAR_PIECES = 8,
};

/* --- words --- */

/* These end the name of a street, and hardly anything else. */
static const char *const ENDINGS[] = {"straat", "steenweg", "stwg", "laan", "plein",
        "dreef", "kaai", "steeg", "singel", "str", NULL};
/* These end many words. */
static const char *const SOFT_ENDINGS[] = {"weg", "lei", "markt", "park", "pad", "baan",
        "hof", "vest", "berg", "veld", "gang", "dijk", "poort", "gracht", "plaats",
        "ring", "rei", NULL};
static const char *const FRENCH[] = {"rue", "avenue", "av", "boulevard", "boul", "bld",
        "bd", "bvd", "chaussee", "chee", "impasse", "quai", "dreve", "venelle",
        "esplanade", "allee", "ruelle", NULL};
static const char *const SOFT_FRENCH[] = {"place", "pl", "passage", "chemin", "clos",
        "cite", "galerie", "square", "sq", "ch", "sentier", "cour", "residence", NULL};
static const char *const ENGLISH[] = {"street", "road", "rd", "lane", "avenue", "ave",
        NULL};
static const char *const SOFT_ENGLISH[] = {"drive", "terrace", "court", "close",
        "square", "way", "place", NULL};
static const char *const PARTICLES[] = {"de", "du", "des", "d", "la", "le", "les", "l",
        "a", "au", "aux", "sur", "sous", "et", "saint", "sainte", "st", "ste", "van",
        "den", "der", "het", "the", "of", NULL};
/* What stands between the words of a sentence, and not of a name. */
static const char *const BETWEEN[] = {"avec", "depuis", "pour", "pendant", "dans", "il",
        "elle", "vers", "en", "y", "tous", "toutes", "chaque", "jusqu", "jusque",
        "entre", "par", "est", "sont", "a", "ou", "mais", "qui", "que", "nous", "with",
        "for", "in", "on", "our", "and", "is", "are", "people", "this", "every", "from",
        "until", NULL};
static const char *const NUMBER_SIGNS[] = {"nr", "no", "num", "numero", "nummer",
        "huisnummer", "number", "n", NULL};
static const char *const FILLERS[] = {"op", "huis", "aan", "au", "maison", "house",
        "at", "het", "le", "en", NULL};
/* What is counted, and so is no number of a house. */
static const char *const UNITS[] = {"keer", "maal", "uur", "u", "h", "heures", "heure",
        "x", "fois", "times", "m", "km", "meter", "metres", "mensen", "personen",
        "personnes", "people", "buren", "voisins", "neighbours", "kinderen", "enfants",
        "children", "vrijwilligers", "dagen", "dag", "jours", "jour", "days", "day",
        "weken", "week", "semaines", "semaine", "weeks", "maanden", "mois", "months",
        "jaar", "ans", "years", "minuten", "minutes", "min", "euro", "eur", "januari",
        "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
        "oktober", "november", "december", "janvier", "fevrier", "mars", "avril", "mai",
        "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
        "january", "february", "march", "may", "june", "july", "august", "october",
        "am", "pm", NULL};
static const char *const COUNTED[] = {"een", "twee", "drie", "vier", "vijf", "zes",
        "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien", "veertien",
        "vijftien", "zestien", "zeventien", "achttien", "negentien", "twintig", "deux",
        "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
        "douze", "treize", "quatorze", "quinze", "seize", "vingt", "one", "two",
        "three", "four", "five", "seven", "eight", "nine", "ten", "eleven", "twelve",
        NULL};
static const char *const DOORS[] = {"bus", "bte", "boite", "appartement", "app", "appt",
        "apt", "apartment", "flat", "verdieping", "etage", "floor", "kamer", "chambre",
        "room", "box", NULL};

/* --- the number of a house --- */

static bool is_house_number(const struct pieces *pieces, size_t index)
{
    const struct piece *piece = piece_at(pieces, index);
    return piece->kind == PIECE_NUMBER && piece->len <= HOUSE_DIGITS;
}

/* "14.30", "12/05": a time or a day begins with this number. */
static bool is_time_or_day(const struct pieces *pieces, size_t index)
{
    const struct piece *mark = piece_at(pieces, index + 1);
    const struct piece *next = piece_at(pieces, index + 2);
    bool joins = piece_is_mark(pieces, index + 1, '.') ||
                 piece_is_mark(pieces, index + 1, ':') ||
                 piece_is_mark(pieces, index + 1, '/');
    return joins && !mark->spaced && !next->spaced && next->kind == PIECE_NUMBER &&
           next->len == 2;
}

/* What the number there makes of a street that was named for certain. */
static enum open_find number_makes(const struct pieces *pieces, size_t index)
{
    bool unit = piece_is_one(pieces, index + 1, UNITS);
    return unit || is_time_or_day(pieces, index) ? OPEN_FIND_PLACE : OPEN_FIND_STREET;
}

/* The number of a house that follows from there on; *find: how sure that is. PIECE_END
 * of the pieces: there is none. */
static size_t number_behind(const struct pieces *pieces, size_t index,
        enum open_find *find)
{
    bool sign = false, filled = false;
    for (size_t i = index; i < index + 5; i++) {
        if (is_house_number(pieces, i)) {
            *find = filled && !sign ? OPEN_FIND_PLACE : number_makes(pieces, i);
            return i;
        }
        if (piece_is_one(pieces, i, COUNTED) && !piece_is_one(pieces, i + 1, UNITS)) {
            *find = OPEN_FIND_PLACE;
            return i;
        }
        bool mark = piece_is_mark(pieces, i, ',') || piece_is_mark(pieces, i, '.') ||
                    piece_is_mark(pieces, i, ':') || piece_is_mark(pieces, i, '(') ||
                    piece_is_mark(pieces, i, '#') || piece_is_mark(pieces, i, '-');
        bool filler = piece_is_one(pieces, i, FILLERS);
        bool number_sign = piece_is_one(pieces, i, NUMBER_SIGNS);
        if (!mark && !filler && !number_sign)
            break;
        filled |= filler;
        sign |= number_sign;
    }
    return pieces->n;
}

/* "12," "12 bis," in front of there. */
static size_t number_before(const struct pieces *pieces, size_t index)
{
    size_t i = index;
    if (i > 0 && piece_is_mark(pieces, i - 1, ','))
        i--;
    if (i > 1 && piece_at(pieces, i - 1)->kind == PIECE_WORD &&
            (piece_at(pieces, i - 1)->len == 1 || piece_is(pieces, i - 1, "bis") ||
                    piece_is(pieces, i - 1, "ter")))
        i--;
    return i > 0 && is_house_number(pieces, i - 1) ? i - 1 : pieces->n;
}

static enum open_find less_sure(enum open_find find)
{
    return find == OPEN_FIND_STREET ? OPEN_FIND_PLACE : find;
}

/* --- Dutch: its kind ends the word, and the number follows --- */

enum { NAME_LETTERS = 2, SOFT_NAME_LETTERS = 3 };

static struct open_text dutch(const struct pieces *pieces, size_t index)
{
    const struct piece *piece = piece_at(pieces, index);
    enum open_find find = OPEN_FIND_NOTHING;
    size_t n_before = 0;
    bool hard = piece_ends_with(pieces, index, ENDINGS, &n_before);
    if (!hard && !piece_ends_with(pieces, index, SOFT_ENDINGS, &n_before))
        return (struct open_text){OPEN_FIND_NOTHING, 0, 0};
    size_t first = index;
    bool named = n_before >= (hard ? NAME_LETTERS : SOFT_NAME_LETTERS) &&
                 (hard || piece->capital);
    /* "Kerk straat", "Grote Markt" */
    bool parted = n_before == 0 && index > 0 && piece->spaced &&
                  piece_at(pieces, index - 1)->capital;
    if (!hard && n_before == 0 && !parted)
        return (struct open_text){OPEN_FIND_NOTHING, 0, 0};
    first -= parted;
    size_t last = number_behind(pieces, index + 1, &find);
    if (last == pieces->n)
        return (struct open_text){OPEN_FIND_NOTHING, 0, 0};
    return pieces_found(pieces, named || parted ? find : less_sure(find), first, last);
}

/* --- French: its kind comes first, then the name --- */

/* How the words behind the kind of a street look. */
struct street_name {
    size_t end; /* behind its last piece */
    size_t n_words;
    size_t n_capital;
    size_t n_lower; /* that are no particle */
    bool sentence;  /* a word that no name has is among them */
};

static struct street_name name_behind(const struct pieces *pieces, size_t index)
{
    struct street_name name = {.end = index};
    for (size_t i = index; i < index + NAME_PIECES; i++) {
        const struct piece *piece = piece_at(pieces, i);
        bool joins = piece_is_mark(pieces, i, '\'') || piece_is_mark(pieces, i, '-') ||
                     (i == index && piece_is_mark(pieces, i, '.'));
        if (piece->kind != PIECE_WORD && !joins)
            break;
        if (piece_is_one(pieces, i, NUMBER_SIGNS) && !piece->capital)
            break;
        name.end = i + 1;
        if (joins)
            continue;
        bool particle = piece_is_one(pieces, i, PARTICLES);
        name.n_words += !particle;
        name.n_capital += !particle && piece->capital;
        name.n_lower += !particle && !piece->capital;
        name.sentence |=
                !piece->capital && !particle && piece_is_one(pieces, i, BETWEEN);
    }
    return name;
}

/* Does the number end the words about it? "rue haute 12," */
static bool ends_there(const struct pieces *pieces, size_t index)
{
    const struct piece *next = piece_at(pieces, index + 1);
    return next->kind != PIECE_WORD || piece_is_one(pieces, index + 1, DOORS) ||
           (!next->spaced && next->len == 1);
}

static struct open_text french(const struct pieces *pieces, size_t index)
{
    enum { LOWER_WORDS = 3 };
    static const struct open_text nothing = {OPEN_FIND_NOTHING, 0, 0};
    enum open_find find = OPEN_FIND_NOTHING;
    bool hard = piece_is_one(pieces, index, FRENCH);
    if (!hard && !piece_is_one(pieces, index, SOFT_FRENCH))
        return nothing;
    struct street_name name = name_behind(pieces, index + 1);
    bool proper = name.n_capital > 0 && name.n_lower == 0;
    size_t before = number_before(pieces, index);
    if (before != pieces->n && name.n_words > 0 && !name.sentence && (hard || proper))
        return pieces_found(pieces, OPEN_FIND_STREET, before, name.end - 1);

    size_t last = number_behind(pieces, name.end, &find);
    if (last == pieces->n || name.sentence || name.n_lower > LOWER_WORDS ||
            (!hard && !proper && name.n_words == 0))
        return nothing;
    bool sure = proper || (hard && name.n_words > 0 && ends_there(pieces, last));
    return pieces_found(pieces, sure ? find : less_sure(find), index, last);
}

/* --- English: number, name, kind --- */

static struct open_text english(const struct pieces *pieces, size_t index)
{
    static const struct open_text nothing = {OPEN_FIND_NOTHING, 0, 0};
    enum open_find find = OPEN_FIND_NOTHING;
    bool hard = piece_is_one(pieces, index, ENGLISH);
    if (!hard && !piece_is_one(pieces, index, SOFT_ENGLISH))
        return nothing;
    bool capitals = true;
    for (size_t back = 1; back <= BACK_WORDS && back < index; back++) {
        const struct piece *word = piece_at(pieces, index - back);
        if (word->kind != PIECE_WORD || piece_is_one(pieces, index - back, BETWEEN))
            break;
        capitals = capitals && word->capital;
        if (is_house_number(pieces, index - back - 1) && (hard || capitals))
            return pieces_found(pieces, capitals ? OPEN_FIND_STREET : OPEN_FIND_PLACE,
                    index - back - 1, index);
    }
    size_t last = number_behind(pieces, index + 1, &find);
    bool named = index > 0 && piece_at(pieces, index - 1)->capital;
    if (last == pieces->n || (!hard && !named))
        return nothing;
    return pieces_found(pieces, named ? find : less_sure(find), index - named, last);
}

/* --- a door --- */

/* "op nummer 12 in de Kerkstraat" */
static struct open_text number_first(const struct pieces *pieces, size_t index)
{
    size_t number = index + 1, n_before;
    if (piece_is_mark(pieces, number, '.'))
        number++;
    if (piece_is_one(pieces, index, NUMBER_SIGNS) && is_house_number(pieces, number))
        for (size_t i = number + 1; i < number + NEAR_PIECES; i++)
            if (piece_is_one(pieces, i, FRENCH) ||
                    (piece_ends_with(pieces, i, ENDINGS, &n_before) &&
                            n_before >= NAME_LETTERS))
                return pieces_found(pieces, OPEN_FIND_STREET, index, i);
    return (struct open_text){OPEN_FIND_NOTHING, 0, 0};
}

static struct open_text door(const struct pieces *pieces, size_t index)
{
    size_t number = index + 1;
    while (piece_is_mark(pieces, number, '.') ||
            piece_is_one(pieces, number, NUMBER_SIGNS))
        number++;
    if (piece_is_one(pieces, index, DOORS) && is_house_number(pieces, number))
        return pieces_found(pieces, OPEN_FIND_PLACE, index, number);
    return (struct open_text){OPEN_FIND_NOTHING, 0, 0};
}

struct open_text open_text_street(const struct pieces *pieces, size_t index)
{
    static struct open_text (*const kinds[])(const struct pieces *, size_t) = {dutch,
            french, english, number_first, door};
    struct open_text unsure = {OPEN_FIND_NOTHING, 0, 0};
    if (piece_at(pieces, index)->kind != PIECE_WORD)
        return unsure;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct open_text found = kinds[i](pieces, index);
        if (found.find == OPEN_FIND_STREET)
            return found;
        if (unsure.find == OPEN_FIND_NOTHING)
            unsure = found;
    }
    return unsure;
}
