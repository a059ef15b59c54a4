#include "model/io/hdf5_writer.hpp"

#include <hdf5.h>

#include <mutex>
#include <stdexcept>
#include <utility>

namespace tune::model {
namespace {

std::mutex& library() {
  static std::mutex mutex;
  return mutex;
}

void check(herr_t status) {
  if (status < 0) throw std::runtime_error("the HDF5 library failed");
}

/// An object of the library, closed at the end of its life.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {
    if (id < 0) throw std::runtime_error("the HDF5 library failed");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close_(id_); }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Keeps the library from printing its errors.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

hid_t text_type() {
  const hid_t type = H5Tcopy(H5T_C_S1);
  check(H5Tset_size(type, H5T_VARIABLE));
  check(H5Tset_cset(type, H5T_CSET_UTF8));
  return type;
}

hid_t creating_groups() {
  const hid_t properties = H5Pcreate(H5P_LINK_CREATE);
  check(H5Pset_create_intermediate_group(properties, 1));
  return properties;
}

/// A file that lives in memory; its name is never used.
hid_t memory_file() {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  constexpr std::size_t kIncrement = 1 << 16;
  constexpr hbool_t kOnDisk = 0;
  check(H5Pset_fapl_core(access, kIncrement, kOnDisk));
  const hid_t file = H5Fcreate("model.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
  H5Pclose(access);
  return file;
}

}  // namespace

struct Hdf5Writer::Open {
  std::unique_lock<std::mutex> alone{library()};
  Silence silence;
  Handle text{text_type(), H5Tclose}, with_groups{creating_groups(), H5Pclose},
      file{memory_file(), H5Fclose};

  void write_attribute(const std::string& object, const std::string& name, hid_t space,
                       std::span<const char* const> texts) const {
    const Handle attribute(H5Acreate_by_name(file, object.c_str(), name.c_str(), text, space,
                                             H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                           H5Aclose);
    if (!texts.empty()) check(H5Awrite(attribute, text, texts.data()));
  }

  void write_data(const std::string& path, const Shape& shape, hid_t stored, hid_t given,
                  const void* values) const {
    const std::vector<hsize_t> axes(shape.begin(), shape.end());
    const Handle space(H5Screate_simple(static_cast<int>(axes.size()), axes.data(), nullptr),
                       H5Sclose);
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    check(H5Pset_obj_track_times(properties, false));
    const Handle data(
        H5Dcreate2(file, path.c_str(), stored, space, with_groups, properties, H5P_DEFAULT),
        H5Dclose);
    if (size_of(shape) > 0) check(H5Dwrite(data, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
  }
};

Hdf5Writer::Hdf5Writer() : open_(std::make_unique<Open>()) {}
Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::group(const std::string& path) {
  Handle(H5Gcreate2(open_->file, path.c_str(), open_->with_groups, H5P_DEFAULT, H5P_DEFAULT),
         H5Gclose);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name,
                           const std::string& text) {
  const char* pointer = text.c_str();
  open_->write_attribute(object, name, Handle(H5Screate(H5S_SCALAR), H5Sclose),
                         std::span(&pointer, 1));
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name,
                           const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const hsize_t length = texts.size();
  open_->write_attribute(object, name, Handle(H5Screate_simple(1, &length, nullptr), H5Sclose),
                         pointers);
}

void Hdf5Writer::floats(const std::string& path, const Shape& shape,
                        std::span<const float> values) {
  open_->write_data(path, shape, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values.data());
}

void Hdf5Writer::integer(const std::string& path, std::int64_t value) {
  const hid_t stored = std::in_range<std::int32_t>(value) ? H5T_STD_I32LE : H5T_STD_I64LE;
  open_->write_data(path, {}, stored, H5T_NATIVE_INT64, &value);
}

std::string Hdf5Writer::finish() {
  check(H5Fflush(open_->file, H5F_SCOPE_LOCAL));
  const ssize_t size = H5Fget_file_image(open_->file, nullptr, 0);
  if (size < 0) throw std::runtime_error("the HDF5 library failed");
  std::string content(static_cast<std::size_t>(size), '\0');
  if (H5Fget_file_image(open_->file, content.data(), content.size()) != size) {
    throw std::runtime_error("the HDF5 library failed");
  }
  return content;
}

}  // namespace tune::model
