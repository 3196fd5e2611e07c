/// How coroutines wait for Asio: what goes wrong is a value among the results, never an exception.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace everynode::net {

constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<>> as_result{};

}  // namespace everynode::net
