#include "model/io/hdf5_reader.hpp"

#include <algorithm>

#include "model/io/cursor.hpp"
#include "model/io/hdf5_types.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";

/// Types of the messages in an object's header.
enum MessageType : std::uint64_t {
  kDataspace = 0x01,
  kDatatype = 0x03,
  kExternalFiles = 0x07,
  kLayout = 0x08,
  kFilters = 0x0b,
  kAttribute = 0x0c,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
};

constexpr std::size_t kReference = 16;  // bytes of a long text's length and place

struct Attribute {
  std::string_view name, type, space, data;
};

Attribute parse_attribute(std::string_view message) {
  Cursor cursor(message);
  const std::uint64_t version = cursor.number(1), flags = cursor.number(1);
  const std::uint64_t name = cursor.number(2), type = cursor.number(2), space = cursor.number(2);
  if (version < 1 || version > 3 || (version > 1 && flags != 0)) {
    throw InputError("has an attribute of unknown version");
  }
  if (version == 3) cursor.take(1);  // the character set of the name
  const auto part = [&](std::uint64_t size) {
    const std::string_view bytes = cursor.take(size);
    if (version == 1) cursor.align(8);
    return bytes;
  };
  Attribute attribute;
  attribute.name = part(name);
  attribute.name = attribute.name.substr(0, attribute.name.find('\0'));
  attribute.type = part(type);
  attribute.space = part(space);
  attribute.data = cursor.rest();
  return attribute;
}

void check_signature(std::string_view content) {
  if (content.starts_with(kSignature)) return;
  if (content.empty()) throw InputError("is empty");
  if (content.starts_with("PK\x03\x04")) {
    throw InputError("is a zip archive, maybe Keras's .keras format; save the model as .h5");
  }
  throw InputError("is not an HDF5 file");
}

}  // namespace

Hdf5Reader::Hdf5Reader(std::string content)
    : content_(std::move(content)), steps_left_(content_.size()) {
  check_signature(content_);
  Cursor cursor(content_);
  cursor.take(kSignature.size());
  const std::uint64_t version = cursor.number(1);
  if (version > 1) {
    throw InputError("is of a newer kind of HDF5 file than Keras writes (libver is not earliest)");
  }
  cursor.take(4);
  if (cursor.number(1) != 8 || cursor.number(1) != 8) {
    throw InputError("has offsets that are not of 8 bytes");
  }
  cursor.take(version == 0 ? 9 : 13);
  if (cursor.number(8) != 0) throw InputError("does not start at its first byte");
  cursor.take(8);
  const std::uint64_t end = cursor.number(8);
  if (end > content_.size()) {
    throw InputError("is cut short: " + std::to_string(content_.size()) + " of " +
                     std::to_string(end) + " bytes are there");
  }
  cursor.take(16);  // a driver's block, and the name of the root
  root_ = cursor.number(8);
}

std::string_view Hdf5Reader::piece(std::uint64_t offset, std::uint64_t size) const {
  if (offset > content_.size() || size > content_.size() - offset) {
    throw InputError("is damaged: it points to what lies behind its end");
  }
  return std::string_view(content_).substr(offset, size);
}

/// Counts what is looked at. A sound file has fewer things in it than bytes, even if all are looked
/// at several times; a file whose parts point at each other would keep a reader busy for ever.
void Hdf5Reader::work() {
  if (steps_left_-- == 0) throw InputError("is damaged: its parts go round in circles");
}

std::vector<Hdf5Reader::Message> Hdf5Reader::messages(Address object) {
  Cursor header(piece(object, 16));
  if (header.number(1) != 1) throw InputError("has an object header of unknown version");
  header.take(1);
  const std::uint64_t count = header.number(2);
  header.take(4);
  std::vector<Message> messages;
  std::vector<std::string_view> blocks = {piece(object + 16, header.number(4))};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    Cursor cursor(blocks[i]);
    while (!cursor.empty() && messages.size() < count) {
      work();
      const std::uint64_t type = cursor.number(2), size = cursor.number(2);
      constexpr std::uint64_t kShared = 2;
      if ((cursor.number(1) & kShared) != 0) throw InputError("shares parts between its objects");
      cursor.take(3);
      messages.push_back({type, cursor.take(size)});
      if (type != kContinuation) continue;
      Cursor more(messages.back().body);
      const std::uint64_t offset = more.number(8);
      blocks.push_back(piece(offset, more.number(8)));
    }
  }
  return messages;
}

std::map<std::string_view, Hdf5Reader::Address> Hdf5Reader::members(Address group) {
  for (const Message& message : messages(group)) {
    if (message.type != kSymbolTable) continue;
    Cursor cursor(message.body);
    const std::uint64_t tree = cursor.number(8);
    Cursor heap(piece(cursor.number(8), 32));
    if (heap.take(4) != "HEAP") throw InputError("is damaged: a group has no names");
    heap.take(4);
    const std::uint64_t size = heap.number(8);
    heap.take(8);
    const std::string_view names = piece(heap.number(8), size);
    Cursor root(piece(tree, 6));
    root.take(5);
    std::map<std::string_view, Address> members;
    add_members(tree, root.number(1), names, members);
    return members;
  }
  throw InputError("is damaged: a group is none");
}

void Hdf5Reader::add_members(std::uint64_t node, std::uint64_t level, std::string_view names,
                             std::map<std::string_view, Address>& members) {
  Cursor head(piece(node, 24));
  if (head.take(4) != "TREE" || head.number(1) != 0 || head.number(1) != level) {
    throw InputError("is damaged: a group has no tree");
  }
  const std::uint64_t children = head.number(2);
  Cursor keys(piece(node + 24, children * 16));
  for (std::uint64_t i = 0; i < children; ++i) {
    work();
    keys.take(8);
    const std::uint64_t child = keys.number(8);
    if (level > 0) {
      add_members(child, level - 1, names, members);
      continue;
    }
    Cursor leaf(piece(child, 8));
    if (leaf.take(4) != "SNOD") throw InputError("is damaged: a group's tree has no leaf");
    leaf.take(2);
    const std::uint64_t entries = leaf.number(2);
    constexpr std::uint64_t kEntry = 40;
    for (std::uint64_t e = 0; e < entries; ++e) {
      work();
      Cursor entry(piece(child + 8 + e * kEntry, kEntry));
      const std::uint64_t name = entry.number(8);
      const std::size_t end = name < names.size() ? names.find('\0', name) : names.npos;
      if (end == names.npos) throw InputError("is damaged: a member of a group has no name");
      members.emplace(names.substr(name, end - name), entry.number(8));
    }
  }
}

std::optional<Hdf5Reader::Address> Hdf5Reader::find(Address group, std::string_view name) {
  const auto all = members(group);
  const auto found = all.find(name);
  if (found == all.end()) return std::nullopt;
  return found->second;
}

Hdf5Reader::Address Hdf5Reader::at(Address group, std::string_view path) {
  for (std::string_view left = path;;) {
    const std::size_t slash = left.find('/');
    const std::optional<Address> member = find(group, left.substr(0, slash));
    if (!member) throw InputError("has no '" + std::string(path) + "'");
    group = *member;
    if (slash == left.npos) return group;
    left.remove_prefix(slash + 1);
  }
}

std::optional<std::vector<std::string_view>> Hdf5Reader::texts(Address object,
                                                               std::string_view name) {
  for (const Message& message : messages(object)) {
    if (message.type != kAttribute) continue;
    const Attribute attribute = parse_attribute(message.body);
    if (attribute.name != name) continue;
    const Hdf5Type type = parse_hdf5_type(attribute.type);
    const auto count = static_cast<std::uint64_t>(size_of(parse_hdf5_space(attribute.space)));
    std::vector<std::string_view> texts;
    if (count == 0) return texts;  // h5py gives an empty list any type
    const bool elsewhere = type.kind == Hdf5Type::Kind::long_text;
    if (!elsewhere && type.kind != Hdf5Type::Kind::text) {
      throw InputError("attribute '" + std::string(name) + "' is not text");
    }
    Cursor cursor(attribute.data);
    for (std::uint64_t i = 0; i < count; ++i) {
      work();
      if (!elsewhere) {
        const std::string_view padded = cursor.take(type.size);
        texts.push_back(padded.substr(0, padded.find('\0')));
        continue;
      }
      Cursor place(cursor.take(kReference));
      const std::uint64_t length = place.number(4), collection = place.number(8);
      texts.push_back(Cursor(heap_object(collection, place.number(4))).take(length));
    }
    return texts;
  }
  return std::nullopt;
}

/// An object of a global heap.
std::string_view Hdf5Reader::heap_object(std::uint64_t collection, std::uint64_t index) {
  constexpr std::uint64_t kHead = 16;
  Cursor head(piece(collection, kHead));
  if (head.take(4) != "GCOL") throw InputError("is damaged: a text is missing");
  head.take(4);
  const std::uint64_t size = head.number(8);
  Cursor cursor(piece(collection + kHead, std::max(size, kHead) - kHead));
  while (!cursor.empty()) {
    work();
    const std::uint64_t number = cursor.number(2);
    cursor.take(6);
    const std::uint64_t length = cursor.number(8);
    if (number == 0) break;  // the rest is free
    const std::string_view object = cursor.take(length);
    if (number == index) return object;
    cursor.align(8);
  }
  throw InputError("is damaged: a text is missing");
}

Hdf5Reader::Numbers Hdf5Reader::numbers(Address data_set) {
  Numbers numbers;
  bool space = false, layout = false;
  for (const Message& message : messages(data_set)) {
    if (message.type == kFilters) throw InputError("holds compressed data");
    if (message.type == kExternalFiles) throw InputError("keeps its data in another file");
    if (message.type == kDatatype) numbers.type = parse_hdf5_type(message.body);
    if (message.type == kDataspace) {
      numbers.shape = parse_hdf5_space(message.body);
      space = true;
    }
    if (message.type == kLayout) {
      numbers.bytes = contiguous(message.body);
      layout = true;
    }
  }
  if (!space || !layout) throw InputError("has a group where a data set should be");
  const Hdf5Type& type = numbers.type;
  if (type.kind != Hdf5Type::Kind::float32 && type.kind != Hdf5Type::Kind::integer) {
    throw InputError("holds numbers that are neither float32 nor integers");
  }
  if (numbers.bytes.size() / type.size != static_cast<std::uint64_t>(size_of(numbers.shape)) ||
      numbers.bytes.size() % type.size != 0) {
    throw InputError("holds " + std::to_string(numbers.bytes.size()) + " bytes for the shape " +
                     to_text(numbers.shape));
  }
  return numbers;
}

/// The data that the body of a layout message tells of.
std::string_view Hdf5Reader::contiguous(std::string_view message) const {
  Cursor cursor(message);
  const std::uint64_t version = cursor.number(1);
  constexpr std::uint64_t kContiguous = 1;
  if ((version != 3 && version != 4) || cursor.number(1) != kContiguous) {
    throw InputError("holds data that are not in one piece");
  }
  const std::uint64_t offset = cursor.number(8), size = cursor.number(8);
  return size == 0 ? std::string_view() : piece(offset, size);  // nothing has no place
}

}  // namespace tune::model
