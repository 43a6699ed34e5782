/* post_url.c - which addresses a message may go to. */
#include "adapters/http/post_inner.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* --- as it is written --- */

static bool is_this_computer(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 &&
                   strspn(host, "0123456789.") == strlen(host));
}

static bool has_part(CURLU *parsed, CURLUPart part)
{
    char *text = NULL;
    bool there = curl_url_get(parsed, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return there;
}

static enum post_url_fault judge(CURLU *parsed)
{
    char *scheme = NULL, *host = NULL;
    enum post_url_fault fault = POST_URL_UNREADABLE;
    if (curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
            curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
            !has_part(parsed, CURLUPART_USER) &&
            !has_part(parsed, CURLUPART_PASSWORD) &&
            !has_part(parsed, CURLUPART_FRAGMENT)) {
        if (strcmp(scheme, "https") == 0)
            fault = POST_URL_GOOD;
        else if (strcmp(scheme, "http") == 0)
            fault = is_this_computer(host) ? POST_URL_GOOD : POST_URL_OPEN;
    }
    curl_free(scheme);
    curl_free(host);
    return fault;
}

enum post_url_fault post_url_check(const char *url)
{
    if (strlen(url) > POST_URL_MAX)
        return POST_URL_UNREADABLE;
    CURLU *parsed = curl_url();
    enum post_url_fault fault = POST_URL_UNREADABLE;
    if (parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
        fault = judge(parsed);
    curl_url_cleanup(parsed);
    return fault;
}

bool post_url_is_local(const char *url)
{
    char *host = NULL;
    CURLU *parsed = curl_url();
    bool local = parsed != NULL &&
                 curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
                 curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                 is_this_computer(host);
    curl_free(host);
    curl_url_cleanup(parsed);
    return local;
}

/* --- as it is found --- */

/* Networks by their first bits. */
struct network {
    uint32_t first, bits;
    enum post_place place;
};

static enum post_place place_of_four(uint32_t address)
{
    static const struct network NETWORKS[] = {
            {0x7F000000, 8,  PLACE_HERE   },
            {0x00000000, 8,  PLACE_NOWHERE},
            {0xA9FE0000, 16, PLACE_NOWHERE}, /* link-local, where clouds keep secrets */
            {0xE0000000, 3,  PLACE_NOWHERE}, /* multicast and what is reserved */
            {0x0A000000, 8,  PLACE_PRIVATE},
            {0xAC100000, 12, PLACE_PRIVATE},
            {0xC0A80000, 16, PLACE_PRIVATE},
            {0x64400000, 10, PLACE_PRIVATE}, /* shared by providers */
    };
    for (size_t i = 0; i < COUNT_OF(NETWORKS); i++) {
        uint32_t mask = UINT32_MAX << (32 - NETWORKS[i].bits);
        if ((address & mask) == NETWORKS[i].first)
            return NETWORKS[i].place;
    }
    return PLACE_ANYWHERE;
}

static uint32_t four_at(const uint8_t *bytes)
{
    uint32_t address;
    memcpy(&address, bytes, sizeof address);
    return ntohl(address);
}

static enum post_place place_of_six(const struct in6_addr *address)
{
    static const uint8_t TRANSLATED[] = {0x00, 0x64, 0xFF, 0x9B};
    enum { FOUR_AT = 12, UNIQUE_LOCAL = 0xFC, SEVEN_BITS = 0xFE };
    const uint8_t *b = address->s6_addr;
    if (IN6_IS_ADDR_LOOPBACK(address))
        return PLACE_HERE;
    if (IN6_IS_ADDR_V4MAPPED(address) || memcmp(b, TRANSLATED, sizeof TRANSLATED) == 0)
        return place_of_four(four_at(b + FOUR_AT));
    if (IN6_IS_ADDR_UNSPECIFIED(address) || IN6_IS_ADDR_LINKLOCAL(address) ||
            IN6_IS_ADDR_MULTICAST(address))
        return PLACE_NOWHERE;
    bool private =
            (b[0] & SEVEN_BITS) == UNIQUE_LOCAL || IN6_IS_ADDR_SITELOCAL(address);
    return private ? PLACE_PRIVATE : PLACE_ANYWHERE;
}

enum post_place post_place_of(const struct sockaddr *address)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    if (address->sa_family == AF_INET) {
        memcpy(&four, address, sizeof four);
        return place_of_four(ntohl(four.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6)
        return PLACE_NOWHERE;
    memcpy(&six, address, sizeof six);
    return place_of_six(&six.sin6_addr);
}
