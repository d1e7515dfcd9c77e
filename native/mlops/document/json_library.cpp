// Boost.JSON without its binary: the one translation unit that holds its definitions.
#include <boost/json/src.hpp>
