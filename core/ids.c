/* ids.c - identifiers and their text. */
#include "core/ids.h"

#include <stdlib.h>

#include "core/niss.h"

enum {
    PARTNER_MIN = 2,
    BASE32_SYMBOLS = 52, /* 256 bits, five to a symbol */
    BASE32_GROUP = 4,
    AREA_DIGITS = 5,
    SECTOR_CHARACTERS = 4,
};

static const char DIGITS[] = "0123456789";
static const char HEX[] = "0123456789abcdef";
static const char BASE32[] = "abcdefghijklmnopqrstuvwxyz234567";

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* Is there a hyphen in front of this byte of an id's text? */
static bool hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

struct id ids_v4(const uint8_t random[16])
{
    struct id id;
    memcpy(id.b, random, sizeof id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0F) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3F) | 0x80);
    return id;
}

struct id ids_v7(int64_t now_ms, const uint8_t random[10])
{
    struct id id;
    for (size_t i = 0; i < 6; i++)
        id.b[i] = (uint8_t)((uint64_t)now_ms >> (8 * (5 - i)));
    memcpy(id.b + 6, random, 10);
    id.b[6] = (uint8_t)(0x70 | (id.b[6] & 0x0F)); /* version 7 */
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F)); /* variant of RFC 9562, 4.1 */
    return id;
}

int64_t ids_v7_time(const struct id *id)
{
    uint64_t ms = 0;
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id->b[i];
    return (int64_t)ms;
}

void ids_text(const struct id *id, char text[ID_TEXT_BYTES])
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof id->b; i++) {
        if (hyphen_before(i))
            text[at++] = '-';
        text[at++] = HEX[id->b[i] >> 4];
        text[at++] = HEX[id->b[i] & 0x0F];
    }
    text[at] = '\0';
}

bool ids_parse(const char *text, struct id *id)
{
    if (text == NULL || strnlen(text, ID_TEXT_BYTES) != ID_TEXT_BYTES - 1)
        return false;

    struct id out;
    size_t at = 0;
    for (size_t i = 0; i < sizeof out.b; i++) {
        if (hyphen_before(i) && text[at++] != '-')
            return false;
        int high = hex_value(text[at++]);
        int low = hex_value(text[at++]);
        if (high < 0 || low < 0)
            return false;
        out.b[i] = (uint8_t)(high << 4 | low);
    }
    *id = out;
    return true;
}

bool ids_partner_ok(const char *text)
{
    if (text == NULL)
        return false;
    size_t len = strnlen(text, PARTNER_BYTES);
    if (len < PARTNER_MIN || len >= PARTNER_BYTES)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool letter_or_digit = (text[i] >= 'a' && text[i] <= 'z') ||
                               (text[i] >= '0' && text[i] <= '9');
        bool hyphen_between =
                text[i] == '-' && i > 0 && i + 1 < len && text[i - 1] != '-';
        if (!letter_or_digit && !hyphen_between)
            return false;
    }
    /* Names stand on every core, where no number of a person may stand. */
    return !niss_within(text);
}

bool ids_area_ok(const char *text)
{
    return strlen(text) == AREA_DIGITS && strspn(text, DIGITS) == AREA_DIGITS;
}

/* The port of tcp://HOST:PORT; -1: it is no such text. */
static long port_of(const char *text)
{
    static const char SCHEME[] = "tcp://";
    enum { PORT_DIGITS = 5, LAST_PORT = 65535, TEN = 10 };
    size_t head = sizeof SCHEME - 1;
    const char *colon = strrchr(text, ':');
    if (strncmp(text, SCHEME, head) != 0 || colon <= text + head)
        return -1;
    size_t digits = strspn(colon + 1, DIGITS);
    if (digits < 1 || digits > PORT_DIGITS || colon[1 + digits] != '\0')
        return -1;
    long port = strtol(colon + 1, NULL, TEN);
    return port <= LAST_PORT ? port : -1;
}

bool ids_address_ok(const char *text)
{
    static const char EVERY[] = "tcp://*:";
    return port_of(text) > 0 && strncmp(text, EVERY, sizeof EVERY - 1) != 0;
}

bool ids_listen_ok(const char *text)
{
    return port_of(text) >= 0;
}

/* A letter, two digits or letters, and a digit, a letter or a hyphen. */
bool ids_place_ok(const char *text)
{
    static const char CAPITALS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char BOTH[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const char *sector = text + AREA_DIGITS;
    if (strlen(text) != AREA_DIGITS + SECTOR_CHARACTERS)
        return ids_area_ok(text);
    return strspn(text, DIGITS) >= AREA_DIGITS && strspn(sector, CAPITALS) >= 1 &&
           strspn(sector, BOTH) >= 3 && (strspn(sector, BOTH) == 4 || sector[3] == '-');
}

void ids_fingerprint(const struct key32 *sha256, char text[FINGERPRINT_TEXT_BYTES])
{
    size_t at = 0;
    for (size_t symbol = 0; symbol < BASE32_SYMBOLS; symbol++) {
        if (symbol > 0 && symbol % BASE32_GROUP == 0)
            text[at++] = '-';
        size_t bit = symbol * 5;
        uint32_t window = (uint32_t)sha256->b[bit / 8] << 8;
        if (bit / 8 + 1 < sizeof sha256->b)
            window |= sha256->b[bit / 8 + 1];
        text[at++] = BASE32[(window >> (11 - bit % 8)) & 0x1F];
    }
    text[at] = '\0';
}

/* The symbols of a fingerprint alone, in lower case; false when there are not exactly
 * as many as a fingerprint has: two empty texts must never pass for the same
 * fingerprint. */
static bool fingerprint_symbols(const char *text, char symbols[BASE32_SYMBOLS])
{
    if (text == NULL)
        return false;
    size_t n = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '-')
            continue;
        char c = *text;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (n == BASE32_SYMBOLS || strchr(BASE32, c) == NULL)
            return false;
        symbols[n++] = c;
    }
    return n == BASE32_SYMBOLS;
}

bool ids_fingerprint_same(const char *a, const char *b)
{
    char symbols_a[BASE32_SYMBOLS];
    char symbols_b[BASE32_SYMBOLS];
    return fingerprint_symbols(a, symbols_a) && fingerprint_symbols(b, symbols_b) &&
           memcmp(symbols_a, symbols_b, sizeof symbols_a) == 0;
}

void ids_hex(struct span bytes, char *text)
{
    for (size_t i = 0; i < bytes.len; i++) {
        *text++ = HEX[bytes.at[i] >> 4];
        *text++ = HEX[bytes.at[i] & 0x0F];
    }
    *text = '\0';
}

bool ids_unhex(const char *text, uint8_t *out, size_t len)
{
    if (text == NULL || len > SIZE_MAX / 2 - 1 || strnlen(text, 2 * len + 1) != 2 * len)
        return false;
    for (size_t i = 0; i < 2 * len; i++)
        if (hex_value(text[i]) < 0)
            return false;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(hex_value(text[2 * i]) * 16 + hex_value(text[2 * i + 1]));
    return true;
}
