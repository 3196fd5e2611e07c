// Boost.URL's definitions, compiled once: Debian's package of the headers has no library beside them.
#include <boost/url/src.hpp>
