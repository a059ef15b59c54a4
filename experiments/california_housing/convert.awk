# Derives the eight features and the target of scikit-learn's California housing table from the
# book's housing.csv. 17 digits are enough to read every number back as the same double.
BEGIN {
  FS = ","
  median_bedrooms = 435  # of the 20433 rows that have total_bedrooms; 207 rows lack it
  print "MedInc,HouseAge,AveRooms,AveBedrms,Population,AveOccup,Latitude,Longitude,MedHouseVal"
}
NR == 1 {
  for (i = 1; i <= NF; i++) column[$i] = i
  next
}
{
  households = $column["households"]
  bedrooms = $column["total_bedrooms"]
  if (bedrooms == "") bedrooms = median_bedrooms
  printf "%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n",
    $column["median_income"], $column["housing_median_age"],
    $column["total_rooms"] / households, bedrooms / households,
    $column["population"], $column["population"] / households,
    $column["latitude"], $column["longitude"], $column["median_house_value"] / 100000
}
