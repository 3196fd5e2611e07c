// Boost.URL's definitions, compiled once: Debian packages its headers without the library.
#include <boost/url/src.hpp>
